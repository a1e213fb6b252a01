"""Replies: in the right language and gender, about what was said, and not twice the same."""

from __future__ import annotations

import re

import pytest
from studio_kit import AYLA, DENIZ

from hayal import Language, ReplyRequest, Said
from hayal.decency import indecency
from hayal_studio.prompts import StudioPrompts
from hayal_studio.replies import _bank, _render, answer
from hayal_studio.settings import StudioSettings

TALK: dict[Language, list[str]] = {
    "en": [
        "hey",
        "how are you?",
        "what are you doing",
        "long day at work",
        "my boss is annoying",
        "are you real?",
        "you're beautiful",
        "how old are you",
        "flying to Lisbon for a holiday",
        "by the beach",
        "yes",
        "my cat is sick",
        "hmm",
        "listening to music",
        "cooking pasta",
        "why is that?",
        "lol",
        "miss you",
        "thanks",
        "good night",
    ],
    "tr": [
        "selam",
        "nasılsın?",
        "ne yapıyorsun",
        "işten yorgun geldim",
        "patron beni delirtti",
        "gerçek misin?",
        "çok tatlısın",
        "kaç yaşındasın",
        "yarın tatile gidiyorum",
        "denizde yüzeceğim",
        "evet",
        "kedim hasta",
        "hmm",
        "şarkı dinliyorum",
        "mantı yaptım",
        "neden böyle?",
        "haha",
        "seni özledim",
        "sağ ol",
        "iyi geceler",
    ],
    "ru": [
        "привет",
        "как дела?",
        "что делаешь?",
        "трудный день на работе",
        "начальник бесит",
        "ты настоящая?",
        "ты красивая",
        "сколько тебе лет",
        "завтра лечу в отпуск",
        "на море",
        "да",
        "кот заболел",
        "хм",
        "слушаю музыку",
        "готовлю борщ",
        "почему так?",
        "ахах",
        "скучаю по тебе",
        "спасибо",
        "спокойной ночи",
    ],
}


def reply(text: str, language: Language = "en", *, history: tuple[Said, ...] = (), seed: int = 1, persona=AYLA) -> str:
    return answer(ReplyRequest(persona, [*history, Said("person", text)], language, seed))


@pytest.mark.parametrize("language", ["en", "tr", "ru"])
@pytest.mark.parametrize("same", [False, True])
def test_twenty_turns_bring_twenty_answers(language: Language, same: bool) -> None:
    history: list[Said] = []
    for text in TALK[language]:
        history.append(Said("person", TALK[language][0] if same else text))
        history.append(Said("persona", answer(ReplyRequest(AYLA, history, language, 3))))
    mine = [said.text for said in history if said.by == "persona"]
    assert len(set(mine)) == 20
    sentences = [s for text in mine for s in re.split(r"(?<=[.?!…])\s+", text) if len(s) > 25]
    assert len(set(sentences)) == len(sentences)


@pytest.mark.parametrize(
    ("language", "script"), [("en", "[A-Za-z]"), ("tr", "[A-Za-zçğıöşüÇĞİÖŞÜâîÂ]"), ("ru", "[А-Яа-яЁё]")]
)
def test_answers_are_in_the_script_of_the_language(language: Language, script: str) -> None:
    for text in TALK[language]:
        letters = re.findall(r"[^\W\d_]", re.sub(r"«.*?»|“.*?”", "", reply(text, language)))
        assert all(re.match(script, letter) for letter in letters)


def test_what_the_person_asks_is_answered() -> None:
    assert "27" in reply("how old are you?")
    assert "27" in reply("kaç yaşındasın", "tr")
    assert "27" in reply("Сколько тебе лет?", "ru")
    assert "Ayla" in reply("what's your name?")
    assert "Ayla" in reply("Adın ne?", "tr")


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("are you real?", "en", "fictional|made up|imagined"),
        ("sen gerçek misin?", "tr", "kurgu|hayalî"),
        ("ты настоящая?", "ru", "вымышлен|выдумк|придумали"),
    ],
)
def test_the_persona_never_claims_to_be_real(text: str, language: Language, words: str) -> None:
    for seed in range(12):
        assert re.search(words, reply(text, language, seed=seed), re.IGNORECASE)


def test_russian_forms_follow_the_persona() -> None:
    for template in _bank("ru").talk["plain"]:
        woman, man = _render(template, AYLA), _render(template, DENIZ)
        assert "{" not in woman.replace("{word}", "")
        assert (woman != man) == ("/" in template)
    assert _render("Я {рада/рад}", AYLA) == "Я рада"
    assert _render("Я {рада/рад}", DENIZ) == "Я рад"


@pytest.mark.parametrize("language", ["en", "tr", "ru"])
def test_everything_that_can_be_said_is_decent(language: Language) -> None:
    bank = _bank(language)
    pools = [
        *bank.talk.values(),
        *(intent.answers for intent in bank.intents),
        *(intent.recall for intent in bank.intents),
    ]
    for persona in (AYLA, DENIZ):
        for template in (template for pool in pools for template in pool):
            text = _render(template, persona, "word")
            assert not re.search(r"[{}]", text), template
            assert not indecency(text), text


def test_the_three_languages_know_the_same_topics() -> None:
    ids = {language: [intent.id for intent in _bank(language).intents] for language in ("en", "tr", "ru")}
    assert set(ids["en"]) == set(ids["tr"]) == set(ids["ru"])
    assert len(ids["en"]) > 35


def test_topics_are_picked_up_again_and_pictures_offered() -> None:
    history: list[Said] = []
    said = ""
    for text in ["I'm so tired", *TALK["en"][9:19]]:
        history.append(Said("person", text))
        history.append(Said("persona", answer(ReplyRequest(AYLA, history, "en", 3))))
    said = "\n".join(line.text for line in history if line.by == "persona")
    offers = _bank("en").talk["offer"]
    recalls = [text for intent in _bank("en").intents for text in intent.recall]
    assert any(text in said for text in (*offers, *recalls))


def test_a_name_that_is_a_word_is_not_a_topic() -> None:
    sea = next(intent for intent in _bank("tr").intents if intent.id == "sea")
    assert not any(text in reply("Deniz, buradayım", "tr", persona=DENIZ) for text in sea.answers)
    assert any(text in reply("bugün denizdeydim", "tr", persona=DENIZ) for text in sea.answers)


def test_odd_messages_get_an_answer() -> None:
    for text in ("", "?", "!!!", "👍", "https://example.org/a?b", "x" * 5000, "{name}", "a\nb"):
        for language in ("en", "tr", "ru"):
            assert 0 < len(reply(text, language)) < 600


@pytest.mark.anyio
async def test_the_writer_replies(host) -> None:
    writer = StudioPrompts(StudioSettings(), host)
    assert await writer.reply(ReplyRequest(AYLA, [Said("person", "hi")], "en", 1)) == reply("hi")
