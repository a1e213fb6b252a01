# Commands and their forms
xmpp-command-menu = Menü
xmpp-command-persona = Karakterler
xmpp-command-selfie = Selfie
xmpp-command-video = Video
xmpp-command-settings = Ayarlar
xmpp-command-gallery = Galeri
xmpp-choose = Ne istersin?
xmpp-wish = Nerede, ne giysin, ışık nasıl olsun? (boş bırakabilirsin)
xmpp-mode = Hangi video?
xmpp-seconds = Ne kadar uzun olsun?
xmpp-done = 👍 Birazdan sohbete geliyor.

# What cannot be done
xmpp-slow-down = Biraz yavaş, lütfen 🙂 Son mesajlarını okuyamadım. Birazdan tekrar dene.
xmpp-encrypted = Şifreli mesajları okuyamıyorum. Bu sohbette OMEMO'yu kapatıp yeniden yazar mısın?
xmpp-link-image = 📸 Fotoğraf burada: { $link }
xmpp-link-video = 🎬 Video burada: { $link }
xmpp-not-shown-image = 📸 Fotoğraf hazır ama bu sunucu dosya gönderemiyor. Galerinde duruyor.
xmpp-not-shown-video = 🎬 Video hazır ama bu sunucu dosya gönderemiyor. Galerinde duruyor.
