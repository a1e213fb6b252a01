# Commands and their forms
xmpp-command-menu = Меню
xmpp-command-persona = Персонажи
xmpp-command-selfie = Селфи
xmpp-command-video = Видео
xmpp-command-settings = Настройки
xmpp-command-gallery = Галерея
xmpp-choose = Что выберешь?
xmpp-wish = Где, в чём, при каком свете? (можно оставить пустым)
xmpp-mode = Какое видео?
xmpp-seconds = Какой длины?
xmpp-done = 👍 Всё придёт в чат.

# What cannot be done
xmpp-slow-down = Не так быстро, пожалуйста 🙂 Последние сообщения я не успеваю прочитать. Попробуй ещё раз чуть позже.
xmpp-encrypted = Я не умею читать зашифрованные сообщения. Отключи, пожалуйста, OMEMO в этом чате и напиши ещё раз.
xmpp-link-image = 📸 Фото здесь: { $link }
xmpp-link-video = 🎬 Видео здесь: { $link }
xmpp-not-shown-image = 📸 Фото готово, но этот сервер не передаёт файлы. Оно осталось в галерее.
xmpp-not-shown-video = 🎬 Видео готово, но этот сервер не передаёт файлы. Оно осталось в галерее.
