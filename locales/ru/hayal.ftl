# Первые минуты
welcome =
    Привет! 🌙 Это hayal.

    Здесь можно поболтать с вымышленными персонажами. Все они взрослые, но на самом деле их не существует: слова, селфи и видео создаёт компьютер.

    Сюда можно только с 18 лет. Тебе уже есть 18?
button-adult = ✅ Да, мне есть 18
button-minor = Мне ещё нет 18
not-adult = Тогда тебе сюда пока рано. Береги себя! 👋
language-en = English
language-tr = Türkçe
language-ru = Русский
language-ask = На каком языке будем говорить?
language-set = 🌐 Теперь говорим по-русски.
personas = С кем хочешь поболтать?
button-choose = 💬 Привет, { $name }!
hello-1 = Привет! Я { $name } 😊 Как проходит твой день?
hello-2 = Привет, это { $name }! Здорово, что ты здесь. О чём поболтаем?
hello-3 = Привет-привет 💫 Меня зовут { $name }. Расскажешь немного о себе?
hello-4 = Привет, на связи { $name } ✨ Сначала самое важное: кофе или чай?

# Меню
menu = Чем займёмся? Можно и просто написать: { $name } на связи.
menu-video = 🎬 Отправь видео
menu-selfie = 📸 Отправь селфи
menu-gallery = 🖼 Галерея
menu-persona = 💫 Персонажи
menu-settings = ⚙️ Настройки
menu-help = ❓ Помощь
help =
    Просто пиши, и персонаж ответит.

    📸 «Пришли селфи на море» — селфи с твоим пожеланием
    🎬 «Отправь видео» — из последнего селфи или совсем новое

    /selfie, /video: можно сразу с пожеланием, «/video на крыше»
    /gallery: всё, что создано для тебя
    /persona: поболтать с кем-нибудь другим
    /settings: длина видео, сколько в них флирта и другое
    /language: English, Türkçe, Русский
    /menu: кнопки
    /cancel: остановить то, что сейчас готовится
    /forget: удалить всё о тебе

# Селфи и видео
ask-mode = Какое видео хочешь: из последнего селфи или новое?
button-from-selfie = 📸 Из селфи
button-new-video = ✨ Новое видео
no-selfie = Пока нет ни одного селфи. Сделать сначала его?
button-make-selfie = 📸 Сделай селфи
button-video-of-this = 🎬 Преврати в видео
button-another-selfie = 📸 Ещё одно
button-another-video = 🎬 Ещё видео
caption-selfie-1 = А вот и я! 📸💕
caption-selfie-2 = Только для тебя 😊
caption-selfie-3 = Как тебе такое? ✨
caption-selfie-4 = Свет сегодня что надо 💫
caption-selfie-5 = Думаю о тебе 💭
caption-selfie-6 = Кусочек моего дня 🤍
caption-video = Вот моё видео! 🎥💕
debug-photo-prompt = 🔎 Промпт для фото
debug-video-prompt = 🔎 Промпт для видео
note-seconds =
    ℹ️ Вместо { $wanted ->
        [one] { $wanted } секунды
        [few] { $wanted } секунд
        [many] { $wanted } секунд
       *[other] { $wanted } секунды
    } это видео будет длиться { $seconds ->
        [one] { $seconds } секунду
        [few] { $seconds } секунды
        [many] { $seconds } секунд
       *[other] { $seconds } секунды
    }.
note-shrunk = ℹ️ Файл был слишком большим для этого мессенджера, поэтому здесь его уменьшенная копия.
note-too-large = ℹ️ Файл слишком большой для этого мессенджера, отправить его сюда не получится.
note-no-reference = ℹ️ Это видео не может начаться с самого снимка, поэтому делается по его описанию.

# Пока всё готовится
status-begun = ✨ { $name } готовится…
status-queued = ⏳ Всё по очереди: закончу с тем, что уже делаю, и сразу возьмусь за это.
status-photo-prompt = 💭 { $name } ищет красивое место…
status-picture = 📸 { $name } делает селфи…
status-video-prompt = 📝 { $name } придумывает сцену…
status-filming = 🎬 { $name } снимает видео… { percent-short }
status-fetching = 📦 Видео готово и уже в пути…
status-sending = 💌 Отправляю…
status-ready = ✅ Готово!
status-cancelled = ✖️ Остановлено.
status-retried = 🔁 Новая попытка — ниже.
status-checking = 👀 Смотрю, готово ли…
button-cancel = ✖️ Отмена
cancelled = Хорошо, остановились. Захочешь — начнём заново.
nothing-to-cancel = Сейчас ничего не готовится.
too-many-jobs =
    { $count ->
        [1] Ещё занимаюсь твоей прошлой просьбой. Дай закончить 😊
        [one] У меня в работе ещё { $count } твоя просьба. Дай закончить 😊
        [few] У меня в работе ещё { $count } твои просьбы. Дай закончить 😊
        [many] У меня в работе ещё { $count } твоих просьб. Дай закончить 😊
       *[other] У меня в работе ещё { $count } твоей просьбы. Дай закончить 😊
    }
job-gone = С этим уже всё.

# Галерея
gallery = 🖼 Всё, что создано для тебя, сначала новое:
gallery-empty = Здесь пока пусто. Сделать селфи?
content-selfie = 📸 { $name }
content-video = 🎬 { $name }
content-gone = Этого здесь больше нет.
button-show = 👁 Показать
button-newer = ◀ Новее
button-older = Раньше ▶

# Настройки
settings =
    ⚙️ Настройки

    🌐 Язык
    ⏱ Длина видео: { $seconds ->
        [one] { $seconds } секунда
        [few] { $seconds } секунды
        [many] { $seconds } секунд
       *[other] { $seconds } секунды
    }
    😉 Шанс на флирт в видео: { $flirty }
    🔎 Показывать ли промпты
seconds-short = { $seconds } с
flirty-off = 😉 Нет
button-prompts-on = 🔎 Показывать промпты
button-prompts-off = 🔎 Скрыть промпты

# Забыть
forget-ask = Это удалит всё о тебе: наши разговоры, все селфи и видео, твои настройки. Вернуть ничего не получится.
button-forget = 🗑 Удалить всё
button-keep = Оставить
forget-kept = Хорошо, всё остаётся как есть.
forgotten = Всё о тебе удалено. Захочешь познакомиться заново — жми /start 🌙

# Когда что-то идёт не так
refused-wish = Такое, пожалуй, не буду 🌷 Давай что-нибудь другое: море, кафе, прогулка в вечернем свете?
refused-talk = Давай не будем об этом 🌷 Лучше расскажи, как проходит твой день?
unknown-command = Не знаю такой команды. Что есть, подскажет /help
unknown-button = Эта кнопка больше не работает. Вернуться поможет /menu
text-only = Пока понимаю только текст 😊
error-unexpected = У нас что-то пошло не так. Попробуй, пожалуйста, чуть позже.
error-provider = В этот раз не получилось. Попробуем ещё?
error-try-later = Сейчас очень много желающих. Попробуешь чуть позже?
error-refused = Такое у меня не получится. Давай что-нибудь немного другое?
error-no-access = Сейчас это сделать не получается, оператор уже в курсе.
error-unknown-outcome = Связь оборвалась в самый неподходящий момент, и непонятно, получилось или нет. Если попробовать ещё раз, это может стоить денег дважды.
error-timeout = В этот раз всё идёт намного дольше обычного. Но ничего не пропало: можно проверить чуть позже.
error-storage = Сейчас не получается ничего сохранить. Попробуй, пожалуйста, чуть позже.
error-reply = Ой, потерялась нить разговора! Скажешь ещё раз?
button-try-again = 🔁 Ещё раз
button-try-again-paid = 🔁 Всё равно ещё раз
button-check-again = 👀 Проверить
button-softer = ✨ Вариант помягче
button-something-else = 💡 Что-то другое

# Краткие записи
percent-short = { $percent }%
moment = { NUMBER($day, minimumIntegerDigits: 2) }.{ NUMBER($month, minimumIntegerDigits: 2) }.{ NUMBER($year, useGrouping: 0) } { $time }

# For messengers without buttons: other words for yes and no
words-yes = да, ага, конечно, хорошо, ок
words-no = нет, не, неа

# For admins
alert-no-access = 🔑 { $provider } ({ $kind }) нас не пускает: неверный ключ, нет средств или нет доступа. Пока туда ничего не отправляется. Ответ: { $reason }
alert-gone = 🪦 Модели или адреса { $provider } ({ $kind }) больше нет. До перезапуска он не используется. Ответ: { $reason }
