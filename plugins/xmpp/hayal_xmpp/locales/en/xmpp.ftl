# Commands and their forms
xmpp-command-menu = Menu
xmpp-command-persona = Personas
xmpp-command-selfie = Selfie
xmpp-command-video = Video
xmpp-command-settings = Settings
xmpp-command-gallery = Gallery
xmpp-choose = What would you like?
xmpp-wish = Where, in what, in which light? (may be left empty)
xmpp-mode = Which video?
xmpp-seconds = How long?
xmpp-done = 👍 It comes in the chat.

# What cannot be done
xmpp-slow-down = Not so fast, please 🙂 I did not read your last messages. Try again in a moment.
xmpp-encrypted = I cannot read encrypted messages. Please switch off OMEMO for this chat and write again.
xmpp-link-image = 📸 The picture is here: { $link }
xmpp-link-video = 🎬 The video is here: { $link }
xmpp-not-shown-image = 📸 The picture is ready, but this server cannot pass on files. It stays in your gallery.
xmpp-not-shown-video = 🎬 The video is ready, but this server cannot pass on files. It stays in your gallery.
