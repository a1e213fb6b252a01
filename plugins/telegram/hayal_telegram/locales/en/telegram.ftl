# What the bot says about itself, and what only Telegram has.
telegram-description =
    Fictional adult personas who talk with you, send selfies and short videos made from them. None of them is real: words and pictures are made by a computer.

    You have to be 18 or older.
telegram-short-description = Chat, selfies and short videos from fictional personas · 18+
telegram-menu = 👇 The menu is below.
telegram-video-coming = 🎬 Your video is on its way…
telegram-private = Hi! This bot is only for people its owner has invited. Sorry, I can't chat with you here. 🌷
telegram-command-start = Begin
telegram-command-video = Send a video, with a wish if you like
telegram-command-selfie = Send a selfie, with a wish if you like
telegram-command-gallery = Everything made for you
telegram-command-persona = Talk to somebody else
telegram-command-settings = Length of videos and more
telegram-command-language = English, Türkçe, Русский
telegram-command-menu = Show the buttons
telegram-command-cancel = Stop what is being made
telegram-command-help = What you can do here
telegram-command-forget = Delete everything about you
