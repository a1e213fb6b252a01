# Что бот говорит о себе, и то, что есть только в Telegram.
telegram-description =
    Вымышленные взрослые персонажи: болтают с тобой, присылают селфи и короткие видео из них. Никого из них не существует: и слова, и картинки создаёт компьютер.

    Только для тех, кому есть 18 лет.
telegram-short-description = Общение, селфи и короткие видео от вымышленных персонажей · 18+
telegram-menu = 👇 Меню внизу.
telegram-video-coming = 🎬 Твоё видео уже в пути…
telegram-private = Привет! Этот бот общается только с теми, кого пригласил его владелец. Извини, здесь поболтать не получится. 🌷
telegram-command-start = Начать
telegram-command-video = Прислать видео, можно с пожеланием
telegram-command-selfie = Прислать селфи, можно с пожеланием
telegram-command-gallery = Всё, что сделано для тебя
telegram-command-persona = Поговорить с кем-нибудь другим
telegram-command-settings = Длина видео и другие настройки
telegram-command-language = English, Türkçe, Русский
telegram-command-menu = Показать кнопки
telegram-command-cancel = Остановить то, что готовится
telegram-command-help = Что здесь можно делать
telegram-command-forget = Удалить всё о тебе
