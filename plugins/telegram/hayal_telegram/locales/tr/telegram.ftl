# Botun kendisi hakkında söyledikleri ve yalnızca Telegram'da olanlar.
telegram-description =
    Seninle sohbet eden, selfie ve bu selfie'lerden kısa videolar gönderen kurgusal yetişkin karakterler. Hiçbiri gerçek değil: sözleri de görüntüleri de bilgisayar üretiyor.

    18 yaşında veya daha büyük olmalısın.
telegram-short-description = Kurgusal karakterlerle sohbet, selfie ve kısa videolar · 18+
telegram-menu = 👇 Menü aşağıda.
telegram-video-coming = 🎬 Videon yolda…
telegram-private = Merhaba! Bu bot yalnızca sahibinin davet ettiği kişilerle konuşuyor. Kusura bakma, burada seninle sohbet edemiyorum. 🌷
telegram-command-start = Başla
telegram-command-video = Video gönder, istersen bir dilekle
telegram-command-selfie = Selfie gönder, istersen bir dilekle
telegram-command-gallery = Senin için yapılan her şey
telegram-command-persona = Başka biriyle konuş
telegram-command-settings = Video uzunluğu ve diğer ayarlar
telegram-command-language = English, Türkçe, Русский
telegram-command-menu = Düğmeleri göster
telegram-command-cancel = Hazırlananı durdur
telegram-command-help = Burada neler yapabilirsin
telegram-command-forget = Hakkındaki her şeyi sil
