"""A free text's wish is found, in its own words; talk is not taken for one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hayal.wishes import Want, Wish, wish_in

# text | want | about | mode
ASKED = {
    "en": """
        selfie | selfie
        Selfie? | selfie
        photo | selfie
        pic pls | selfie
        video | video
        VIDEO! | video
        a video please | video
        selfie please 😘 | selfie
        another selfie | selfie
        one more photo please | selfie
        send me a video | video
        send a selfie | selfie
        send me a pic | selfie
        Send me a photo of you | selfie
        send selfie | selfie
        send a vid | video
        send me a short video | video
        send me another video | video
        send me a nice photo | selfie
        please send me a picture | selfie
        can you send me a selfie? | selfie
        could you send me a video please | video
        would you take a selfie for me | selfie
        will you make a video for me? | video
        can I see a pic of you | selfie
        can i get a selfie | selfie
        can I have a photo of you? | selfie
        may I see a video of you | video
        could i see your photo | selfie
        i want a selfie | selfie
        I want to see a video of you | video
        I want you to send me a selfie | selfie
        i'd like a photo of you | selfie
        I'd love to see a picture of you | selfie
        i need a selfie | selfie
        wanna see a pic of you | selfie
        give me a selfie | selfie
        gimme a video | video
        take a selfie | selfie
        take a photo at the beach | selfie | at the beach
        make a video | video
        record a video for me | video
        shoot a clip on the roof | video | on the roof
        film a video in the rain | video | in the rain
        drop a pic | selfie
        show me a photo | selfie
        show me your selfie | selfie
        show yourself | selfie
        show yourself at the beach | selfie | at the beach
        show me yourself in a red dress | selfie | in a red dress
        let me see you | selfie
        i want to see you in a cafe | selfie | in a cafe
        what do you look like right now? | selfie
        what do you look like? | selfie
        how do you look today | selfie
        what are you wearing right now? | selfie
        do you have a photo? | selfie
        how about a selfie? | selfie
        how about a video on the beach? | video | on the beach
        let me see a pic | selfie
        why don't you send me a selfie | selfie
        would you mind sending a photo? | selfie
        a selfie at the sea in a red dress | selfie | at the sea in a red dress
        selfie at the beach | selfie | at the beach
        Video by the Bosphorus at Sunset | video | by the Bosphorus at Sunset
        photo in Paris please | selfie | in Paris
        send me a selfie from the kitchen | selfie | from the kitchen
        send me a beach selfie | selfie | beach
        send a video of you dancing in the rain | video | dancing in the rain
        send a photo with your cat | selfie | with your cat
        send me a selfie at night, under neon lights | selfie | at night, under neon lights
        hey baby send me a photo in a summer dress please | selfie | in a summer dress
        I'm bored, send me a photo | selfie
        Hi! How are you? Send me a pic | selfie
        video of you walking on the beach please | video | walking on the beach
        would love to see a selfie of you at work | selfie | at work
        hey can u send me a pic of u in ur bikini at the pool rn | selfie | in ur bikini at the pool
        show me your new dress | selfie | dress
        selfie at home at night | selfie | at home at night
        make a video from your last selfie | video | | last
        make a video of your last selfie | video | | last
        turn your last photo into a video | video | | last
        turn this photo into a video | video | | last
        a video from the last selfie please | video | | last
        animate your last selfie | video | | last
        animate this photo | video | | last
        new video | video | | new
        a new video at the beach | video | at the beach | new
        make me a new video please | video | | new
        vidoe please | video
        send me a viedo | video
        sefie | selfie
        sned? send selfy | selfie
        send a picutre | selfie
        sellfie pls | selfie
    """,
    "tr": """
        selfie | selfie
        foto | selfie
        fotoğraf | selfie
        video | video
        video lütfen | video
        bir video | video
        bi selfie | selfie
        bana video gönder | video
        video gönder | video
        video atsana | video
        video at | video
        bi foto at | selfie
        bana bir foto at canım | selfie
        foto atar mısın | selfie
        fotoğraf atabilir misin? | selfie
        fotoğrafını at | selfie
        fotoğrafını gönder | selfie
        fotoğrafını gönderir misin | selfie
        fotoğraf gönderebilir misin lütfen | selfie
        fotograf gonder | selfie
        fotograf gonderir misin | selfie
        resim gönder | selfie
        resmini gönder | selfie
        resmini atsana | selfie
        selfie çek | selfie
        selfie çeksene | selfie
        bir selfie çeker misin | selfie
        bana bir selfie çekip at | selfie
        bir selfie yollasana | selfie
        selfie yolla | selfie
        özçekim yap | selfie
        özçekim gönder | selfie
        kendini göster | selfie
        kendini göstersene | selfie
        bana kendini göster | selfie
        kendini denizde göster | selfie | denizde
        yüzünü göster | selfie
        seni görmek istiyorum | selfie
        seni görebilir miyim | selfie
        nasıl görünüyorsun | selfie
        video çek | video
        video çekip at | video
        video çeker misin | video
        video yap | video
        bana video yapar mısın | video
        videonu gönder | video
        videonu görebilir miyim | video
        videonu at | video
        video istiyorum | video
        foto istiyorum | selfie
        senden bir video istiyorum | video
        fotoğrafını görmek istiyorum | selfie
        bi video paylaş | video
        klip çek | video
        vidyo at | video
        vidyo gönder | video
        foto var mı | selfie
        fotoğrafın var mı? | selfie
        video yok mu | video
        foto alabilir miyim | selfie
        foto olur mu | selfie
        fotonu bekliyorum | selfie
        BANA VİDEO GÖNDER | video
        FOTO AT | selfie
        denizde bir selfie çek | selfie | denizde
        denizde bir selfie | selfie | denizde
        denizde selfie | selfie | denizde
        kırmızı elbiseyle denizde bir video | video | kırmızı elbiseyle denizde
        Bodrum'da gün batımında bir foto at | selfie | Bodrum'da gün batımında
        bana sahilde bir video çek | video | sahilde
        kafede çekilmiş bir fotoğraf gönder | selfie | kafede çekilmiş
        mutfakta bir selfie atsana | selfie | mutfakta
        yağmurda kısa bir video çeksene | video | yağmurda
        siyah elbiseyle bir foto gönder | selfie | siyah elbiseyle
        sıkıldım bana foto at | selfie
        selam! bir foto atsana | selfie
        gönder bana bir foto | selfie
        selfie gelsin | selfie
        plajda çekilmiş bi fotonu atar mısın | selfie | plajda çekilmiş
        bundan video yap | video | | last
        son selfie'nden video yap | video | | last
        son selfinden video yap | video | | last
        son fotoğrafından video yap | video | | last
        bu fotoğrafı video yap | video | | last
        son selfieni videoya çevir | video | | last
        selfienden bir video yapar mısın | video | | last
        yeni video | video | | new
        yeni bir video çek | video | | new
        sahilde yeni bir video çek | video | sahilde | new
        silfi at | selfie
        vidoe at | video
        fotoraf gönder | selfie
        selfi at | selfie
    """,
    "ru": """
        селфи | selfie
        фото | selfie
        фотку | selfie
        видео | video
        видосик | video
        видео пожалуйста | video
        фото плиз | selfie
        ещё видео | video
        ещё одно фото | selfie
        пришли видео | video
        пришли фото | selfie
        пришли мне фото | selfie
        пришли своё фото | selfie
        пришли свою фотку | selfie
        пришли фотографию | selfie
        пришли селфи пожалуйста | selfie
        скинь фотку | selfie
        скинь фото | selfie
        скинь видос | video
        скинь фоточку 😍 | selfie
        кинь фотку | selfie
        отправь видео | video
        отправь мне селфи | selfie
        вышли фото | selfie
        сделай селфи | selfie
        сделай видео | video
        сними видео | video
        сними видосик | video
        запиши кружочек | video
        запиши кружок | video
        запиши видео для меня | video
        покажи фото | selfie
        покажи видео | video
        покажи себя | selfie
        покажись | selfie
        покажись на пляже | selfie | на пляже
        сфоткайся | selfie
        хочу фото | selfie
        хочу твоё фото | selfie
        хочу видео | video
        хочу увидеть тебя | selfie
        хочу тебя увидеть | selfie
        хочу увидеть тебя в кафе | selfie | в кафе
        хочу посмотреть твоё видео | video
        хочу увидеть твою фотку | selfie
        можно фото? | selfie
        можно твоё фото | selfie
        можно увидеть твоё фото? | selfie
        а можно видео? | video
        можешь прислать фото? | selfie
        можешь скинуть видео | video
        можешь сделать селфи? | selfie
        не могла бы ты прислать фото? | selfie
        могла бы ты снять видео? | video
        пришлёшь фотку? | selfie
        скинешь видео? | video
        дай фото | selfie
        жду фото | selfie
        давай видео | video
        прошу фото | selfie
        как ты выглядишь? | selfie
        во что ты одета? | selfie
        фотку скинь | selfie
        видео пришли | video
        СКИНЬ ФОТКУ | selfie
        привет! скинь фото | selfie
        скиньте фото пожалуйста | selfie
        присылай видео | video
        сними ролик | video
        сними клип | video
        сними видосик на море | video | на море
        пришли видео с пляжа на закате | video | с пляжа на закате
        селфи на море | selfie | на море
        фото в красном платье | selfie | в красном платье
        сделай селфи в Париже под дождём | selfie | в Париже под дождём
        скинь фото из кафе | selfie | из кафе
        сними видео у окна пожалуйста | video | у окна
        хочу видео на крыше ночью | video | на крыше ночью
        пришли мне фото с котом | selfie | с котом
        фотку скинешь? | selfie
        мне бы фото | selfie
        сделай из него видео | video | | last
        сделай видео из последнего селфи | video | | last
        видео из последнего фото | video | | last
        сделай из этого фото видео | video | | last
        оживи последнее селфи | video | | last
        новое видео | video | | new
        сними новое видео | video | | new
        новое видео на пляже | video | на пляже | new
        видио | video
        пришли селфе | selfie
        скинь сэлфи | selfie
    """,
}

TALK = {
    "en": """
        hello
        how are you?
        good morning
        what are you doing
        I watched a video yesterday
        nice photo!
        great video
        beautiful picture
        what a photo!
        I love this photo
        I love your photos
        thanks for the video
        thank you for the selfie
        do you like taking photos?
        do you like selfies?
        do you take photos?
        don't send me a video
        do not send me photos
        please don't send a selfie
        never send me photos
        stop sending me videos
        no more videos please
        I work as a video editor
        I'm a photographer
        you sent me a selfie yesterday
        my camera takes great photos
        I'll send you a photo
        I will send a video
        i can send you a photo
        can I send you a picture?
        should I send you a photo?
        let me send you a selfie
        my friend sends me videos
        she takes selfies all day
        they make videos for a living
        he is in the picture
        I took a photo of my cat
        I made a video for work
        I saw your photo
        your photo is beautiful
        the video was funny
        this video is so funny
        look at this photo
        take a look at this video
        what is in the photo?
        who took this picture?
        I play video games
        I want to buy a video card
        I need a video card
        let's have a video call
        make a video call
        I have a photo studio
        get the picture?
        do you want to see a photo?
        want to see my photo?
        I hate selfies
        did you get my photo?
        have you seen the video
        give me your opinion on the photo
        I like your video
        I liked your video
        I posted a selfie
        my phone is full of photos
        I'd like to make a video
        I want to take photos in Rome
        see you tomorrow
        can i see you again
        i want to see you again
        show me the way
        send me money
        take your time
        what do you like?
        I bought a photo album
        how do you edit photos?
        photos make me happy
        selfish people
        where can I upload photos
        pick me up
    """,
    "tr": """
        merhaba
        nasılsın
        günaydın canım
        ne yapıyorsun
        bugün hava güzel
        dün bir video izledim
        fotoğrafın çok güzel
        güzel foto
        çok güzel fotoğraf
        harika video
        süper bir video
        video çok güzel
        bu video çok komik
        bu fotoğraf kimin
        o fotoğrafta kim var
        fotoğrafını gördüm
        fotoğrafını beğendim
        videona bayıldım
        video için teşekkürler
        foto için sağ ol
        teşekkürler video çok iyiydi
        video gönderme
        video gönderme lütfen
        bana video gönderme
        foto atma
        fotoğraf atma bana
        selfie çekme
        video istemiyorum
        foto istemem
        video çekme artık
        fotoğraf göndermene gerek yok
        sana bir foto gönderdim
        sana foto atayım mı
        sana fotoğraf göndereyim
        sana video atacağım
        bir foto göndereceğim
        birazdan foto atarım
        dün fotoğraf çektim
        video çekiyorum
        video izliyorum
        video izlemek istiyorum
        video çekmek istiyorum
        fotoğraf çekmeyi seviyorum
        fotoğraf çekmeyi sever misin
        fotoğraf çekmekten hoşlanır mısın
        selfie çekmeyi severim
        video editörüyüm
        fotoğrafçıyım
        fotoğrafçılık yapıyorum
        annem bana video gönderdi
        arkadaşım video çekti
        bana dün selfie attın
        geçen gün foto atmıştın
        videoyu sildim
        fotoğrafı sildin mi
        kameram güzel fotoğraf çekiyor
        video oyunu oynuyorum
        video konferans var
        videoda ne diyor
        resim dersine gidiyorum
        resmi tatil
        ne izliyorsun
        seni özledim
        seni seviyorum
        ata bindim
        beni arar mısın
        para gönder
        at bakalım
        bana kahve yap
        fotoğraf makinem bozuldu
        foto albümü aldım
        videonu izledim
        klibi beğendim
        çekimler nasıl gitti
        kartımı gönder
        video hakkında konuşalım
    """,
    "ru": """
        привет
        как дела
        доброе утро
        что делаешь
        я вчера смотрел видео
        я смотрел видео
        я смотрю видео
        какое красивое фото
        красивое фото
        классное видео!
        отличная фотка
        супер видео
        фото супер
        мне нравится твоё фото
        мне понравилось видео
        люблю твои фото
        спасибо за видео
        спасибо за фото
        не присылай видео
        не присылай мне фото
        не надо видео
        не нужно фото
        не скидывай фотки
        не хочу видео
        никаких видео
        хватит видео
        ты вчера прислала селфи
        ты прислала мне фото
        я видел твоё фото
        я тебя видел
        тебя не видно
        видно море
        я пришлю тебе фото
        я скину видео
        сейчас скину фотку
        хочешь, пришлю фото?
        хочу снять видео
        хочу сделать фото моря
        хочу показать тебе фото
        можно прислать тебе фото?
        я снимаю видео
        я делаю фото
        она снимает видео
        друг прислал видео
        подруга скинула фотку
        мама прислала фото
        я работаю видеографом
        я фотограф
        я монтирую видео
        ты любишь фотографировать?
        любишь делать селфи?
        тебе нравится снимать видео?
        это видео смешное
        что на этом фото?
        кто на фото?
        чьё это фото
        я купил видеокарту
        нужна видеокарта
        моя камера делает хорошие фото
        я удалил видео
        фото не загрузилось
        видео не открывается
        смотрел видео про котов
        покажи видео про котов
        фотография моё хобби
        на фото мой брат
        увидимся завтра
        хочу увидеть тебя снова
        давай посмотрим видео
        скинь денег
        дай пять
        сними квартиру
        катаюсь на роликах
        хочу спать
        хочу кофе
        жду тебя
        я выложила фото
        мы сделали фото вместе
    """,
}

OTHER = """
    menu | menu
    Menü | menu
    меню | menu
    main menu please | menu
    gallery | gallery
    galeri | galeri
    show my selfies | gallery
    галерея | gallery
    мои видео | gallery
    cancel | cancel
    iptal et | cancel
    отмена | cancel
    vazgeçtim | cancel
    help | help
    yardım | help
    помощь | help
    settings | settings
    ayarlar | settings
    настройки | settings
    change persona | persona
    karakter değiştir | persona
    смени персонажа | persona
""".replace("| galeri\n", "| gallery\n")


def rows(table: str) -> list[str]:
    return [line.strip() for line in table.strip().splitlines()]


def wishes(table: str) -> list[tuple[str, Wish]]:
    found = []
    for row in rows(table):
        text, want, about, mode = (*(part.strip() for part in row.split("|")), "", "")[:4]
        found.append((text, Wish(Want(want), about, "last" if mode == "last" else "new" if mode == "new" else None)))
    return found


@pytest.mark.parametrize(("text", "wish"), [row for table in ASKED.values() for row in wishes(table)])
def test_what_is_asked_is_found(text: str, wish: Wish) -> None:
    assert wish_in(text) == wish


@pytest.mark.parametrize("text", [row for table in TALK.values() for row in rows(table)])
def test_talk_is_no_wish(text: str) -> None:
    assert wish_in(text) is None


@pytest.mark.parametrize(("text", "wish"), wishes(OTHER))
def test_other_wants_are_whole_texts(text: str, wish: Wish) -> None:
    assert wish_in(text) == wish


@pytest.mark.parametrize("tables", [ASKED, TALK])
def test_each_language_has_enough_rows(tables: dict[str, str]) -> None:
    assert all(len(set(rows(table))) >= 60 for table in tables.values())


def test_about_is_cut_between_words() -> None:
    wish = wish_in("send me a selfie " + "at the beach " * 18)
    assert wish
    assert 180 < len(wish.about) <= 200
    assert wish.about.endswith(("at", "the", "beach"))


def test_a_story_is_no_wish() -> None:
    assert wish_in("and then we went on and on " * 20 + "send me a video") is None


WORDS = """
    send me a video selfie foto at bana gönder denizde kırmızı пришли видео на море фото не , . ! 😘 from last son
    selfie'nden yap показaть İ ı ẞ şuba the in of you red dress ß ﬃ
"""
PIECES = st.lists(st.sampled_from(WORDS.split()), max_size=90)


@given(st.one_of(st.text(), PIECES.map(" ".join)))
def test_never_raises_and_about_is_the_persons_own_words(text: str) -> None:
    wish = wish_in(text)
    if wish:
        assert len(wish.about) <= 200
        assert all(word in text for word in wish.about.split())
        assert wish.mode is None or wish.want is Want.VIDEO


@pytest.mark.parametrize("text", ["a" * 4000, "send me " * 500, "video " * 666, "foto, " * 660, "i want a " * 440])
def test_long_texts_take_bounded_time(text: str) -> None:
    wish_in("video")
    start = time.perf_counter()
    wish_in(text)
    assert time.perf_counter() - start < 1
