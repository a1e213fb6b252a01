# İlk dakikalar
welcome =
    Selam! 🌙 hayal’e hoş geldin.

    Burada kurgusal karakterlerle sohbet edersin. Hepsi yetişkin, hiçbiri gerçek değil: mesajları da selfie’leri de videoları da bir bilgisayar hazırlıyor.

    Devam etmek için en az 18 yaşında olman gerekiyor. 18 yaşını doldurdun mu?
button-adult = ✅ 18’imi doldurdum
button-minor = 18’den küçüğüm
not-adult = O zaman burası henüz sana göre değil. Kendine iyi bak! 👋
language-en = English
language-tr = Türkçe
language-ru = Русский
language-ask = Hangi dilde konuşalım?
language-set = 🌐 Artık Türkçe konuşuyoruz.
personas = Kiminle sohbet etmek istersin?
button-choose = 💬 { $name } ile konuş
hello-1 = Selam! Ben { $name } 😊 Günün nasıl geçiyor?
hello-2 = Merhaba, ben { $name }! İyi ki geldin. Neyden konuşalım?
hello-3 = Selam sana 💫 Adım { $name }. Biraz kendinden bahsetsene?
hello-4 = Selam, ben { $name } ✨ Önce en önemlisi: kahve mi, çay mı?

# Menü
menu = Ne yapalım? İçinden geleni de yazabilirsin, { $name } burada.
menu-video = 🎬 Video gönder
menu-selfie = 📸 Selfie gönder
menu-gallery = 🖼 Galeri
menu-persona = 💫 Karakterler
menu-settings = ⚙️ Ayarlar
menu-help = ❓ Yardım
help =
    Sen yaz, karakterin cevap versin.

    📸 “Deniz kenarında bir selfie gönder”: tam istediğin gibi bir selfie
    🎬 “Bana bir video gönder”: son selfie ile ya da yepyeni bir video

    /selfie, /video: istersen nasıl olacağını da yaz, “/video çatıda gün batımında”
    /gallery: senin için hazırlanan her şey
    /persona: başka biriyle sohbet et
    /settings: video süresi, flört dozu ve diğer ayarlar
    /language: English, Türkçe, Русский
    /menu: düğmeler
    /cancel: hazırlananı durdur
    /forget: seninle ilgili her şeyi sil

# Selfie ve videolar
ask-mode = Nasıl bir video olsun: son selfie ile mi, yepyeni mi?
button-from-selfie = 📸 Son selfie ile
button-new-video = ✨ Yeni video
no-selfie = Henüz selfie yok. Önce bir tane çekeyim mi?
button-make-selfie = 📸 Selfie çek
button-video-of-this = 🎬 Videoya çevir
button-another-selfie = 📸 Bir tane daha
button-another-video = 🎬 Bir video daha
caption-selfie-1 = İşte ben! 📸💕
caption-selfie-2 = Sadece senin için 😊
caption-selfie-3 = Nasıl, beğendin mi? ✨
caption-selfie-4 = Işığı tam yakaladım 💫
caption-selfie-5 = Aklımda sen varsın 💭
caption-selfie-6 = Günümden küçük bir kare 🤍
caption-video = İşte videom! 🎥💕
debug-photo-prompt = 🔎 Fotoğrafın promptu
debug-video-prompt = 🔎 Videonun promptu
note-seconds = ℹ️ Bu video { $wanted } saniye yerine { $seconds } saniye olacak.
note-shrunk = ℹ️ Dosya bu uygulama için fazla büyüktü; bu, küçültülmüş bir kopyası.
note-too-large = ℹ️ Dosya bu uygulama için fazla büyük; buradan gönderemiyorum.
note-no-reference = ℹ️ Bu video doğrudan fotoğraftan başlayamıyor, o yüzden fotoğrafın tarifine göre hazırlanıyor.

# Hazırlanırken
status-begun = ✨ { $name } hazırlanıyor…
status-queued = ⏳ Her şey sırayla: elimdeki biter bitmez buna geçiyorum.
status-photo-prompt = 💭 { $name } güzel bir yer arıyor…
status-picture = 📸 { $name } selfie çekiyor…
status-video-prompt = 📝 { $name } sahneyi hayal ediyor…
status-filming = 🎬 { $name } videoyu çekiyor… { percent-short }
status-fetching = 📦 Video hazır, yola çıktı…
status-sending = 💌 Gönderiyorum…
status-ready = ✅ Hazır!
status-cancelled = ✖️ Durduruldu.
status-retried = 🔁 Aşağıda yeniden deniyorum.
status-checking = 👀 Hazır mı diye bakıyorum…
button-cancel = ✖️ İptal
cancelled = Tamam, durdurdum. Ne zaman istersen yeniden başlarız.
nothing-to-cancel = Şu an hazırlanan bir şey yok.
too-many-jobs =
    { $count ->
        [1] Hâlâ son isteğinle uğraşıyorum. Önce onu bitireyim 😊
       *[other] Hâlâ { $count } isteğinle uğraşıyorum. Önce onları bitireyim 😊
    }
job-gone = O çoktan bitti.

# Galeri
gallery = 🖼 Senin için hazırlananlar, en yenisi başta:
gallery-empty = Burada henüz bir şey yok. Bir selfie çekeyim mi?
content-selfie = 📸 { $name }
content-video = 🎬 { $name }
content-gone = Bu artık burada yok.
button-show = 👁 Göster
button-newer = ◀ Daha yeni
button-older = Daha eski ▶

# Ayarlar
settings =
    ⚙️ Ayarlar

    🌐 Dil
    ⏱ Video süresi: { $seconds } saniye
    😉 Videoda flört ihtimali: { $flirty }
    🔎 Promptlar görünsün mü?
seconds-short = { $seconds } sn
flirty-off = 😉 Yok
button-prompts-on = 🔎 Promptları göster
button-prompts-off = 🔎 Promptları gizle

# Unutmak
forget-ask = Seninle ilgili her şey silinecek: sohbetlerimiz, bütün selfie’ler ve videolar, ayarların. Bunun geri dönüşü yok.
button-forget = 🗑 Her şeyi sil
button-keep = Kalsın
forget-kept = Tamam, her şey olduğu gibi kalıyor.
forgotten = Seninle ilgili her şey silindi. /start yazarsan yeniden tanışırız. 🌙

# İşler yolunda gitmediğinde
refused-wish = Bunu yapmasam daha iyi 🌷 Başka bir şey olsun mu: deniz kenarı, bir kafe, akşam ışığında bir yürüyüş?
refused-talk = Oralara hiç girmeyelim 🌷 Onun yerine bana gününü anlatsana?
unknown-command = Böyle bir komut bilmiyorum. Neler olduğunu /help gösterir.
unknown-button = Bu düğme artık çalışmıyor. /menu seni geri götürür.
text-only = Şimdilik yalnızca yazı okuyabiliyorum 😊
error-unexpected = Bizim tarafta bir şeyler ters gitti. Birazdan tekrar dener misin?
error-provider = Bu sefer olmadı. Tekrar deneyelim mi?
error-try-later = Şu an çok yoğunluk var. Biraz sonra tekrar dener misin?
error-refused = Bunu yapamıyorum. Biraz daha farklı bir şey olsun mu?
error-no-access = Şu an bunu yapamıyorum; yöneticinin haberi var.
error-unknown-outcome = Bağlantı tam en olmadık anda koptu, olup olmadığını bilemiyorum. Tekrar denersek ikinci kez ücret çıkabilir.
error-timeout = Bu sefer her zamankinden çok uzun sürüyor. Kaybolmadı, biraz sonra tekrar bakabilirsin.
error-storage = Şu an hiçbir şey kaydedemiyorum. Birazdan tekrar dener misin?
error-reply = Pardon, lafın ucunu kaçırdım! Bir daha söyler misin?
button-try-again = 🔁 Tekrar dene
button-try-again-paid = 🔁 Yine de tekrar dene
button-check-again = 👀 Tekrar bak
button-softer = ✨ Daha yumuşak hali
button-something-else = 💡 Başka bir şey

# Kısa yazılışlar
percent-short = %{ $percent }
moment = { NUMBER($day, minimumIntegerDigits: 2) }.{ NUMBER($month, minimumIntegerDigits: 2) }.{ NUMBER($year, useGrouping: 0) } { $time }

# For messengers without buttons: other words for yes and no
words-yes = evet, tamam, olur, tabii, elbette, evet öyleyim
words-no = hayır, yok, olmaz, değilim

# For admins
alert-no-access = 🔑 { $provider } ({ $kind }) bizi içeri almıyor: anahtar yanlış, bakiye yok ya da izin verilmemiş. Şimdilik ona hiçbir şey gönderilmiyor. Yanıtı: { $reason }
alert-gone = 🪦 { $provider } ({ $kind }) için ayarlı model ya da adres artık yok. Yeniden başlatılana kadar kullanılmayacak. Yanıtı: { $reason }
