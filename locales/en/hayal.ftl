# The first minutes
welcome =
    Hi! 🌙 Welcome to hayal.

    Here you talk with fictional personas. They are all adults, none of them is real, and their words, selfies and videos are made by a computer.

    You have to be 18 or older. Are you?
button-adult = ✅ I am 18 or older
button-minor = I am younger
not-adult = Then this is not the place for you yet. Take care! 👋
language-en = English
language-tr = Türkçe
language-ru = Русский
language-ask = Which language shall we speak?
language-set = 🌐 We speak English now.
personas = Who would you like to talk to?
button-choose = 💬 Talk to { $name }
hello-1 = Hi there! I'm { $name } 😊 How is your day going?
hello-2 = Hey, it's { $name }! Nice that you're here. What shall we talk about?
hello-3 = Hello you 💫 I'm { $name }. Tell me something about yourself?
hello-4 = Hi, { $name } here ✨ First things first: coffee or tea?

# The menu
menu = What shall we do? You can also just write: { $name } is here for you.
menu-video = 🎬 Send a video
menu-selfie = 📸 Send a selfie
menu-gallery = 🖼 Gallery
menu-persona = 💫 Personas
menu-settings = ⚙️ Settings
menu-help = ❓ Help
help =
    Just write, and your persona answers.

    📸 “Send me a selfie at the sea”: a selfie, with your wish in it
    🎬 “Send me a video”: from the last selfie, or a new one

    /selfie, /video: with a wish if you like, “/video on a rooftop”
    /gallery: everything made for you
    /persona: talk to somebody else
    /settings: length of videos, how flirty they are, and more
    /language: English, Türkçe, Русский
    /menu: the buttons
    /cancel: stop what is being made
    /forget: delete everything about you

# Selfies and videos
ask-mode = Which video would you like: from the last selfie, or a new one?
button-from-selfie = 📸 From the last selfie
button-new-video = ✨ A new video
no-selfie = There is no selfie yet. Shall I take one first?
button-make-selfie = 📸 Take a selfie
button-video-of-this = 🎬 Make a video of it
button-another-selfie = 📸 Another one
button-another-video = 🎬 Another video
caption-selfie-1 = Here I am! 📸💕
caption-selfie-2 = Just for you 😊
caption-selfie-3 = How do you like this one? ✨
caption-selfie-4 = Caught the light just right 💫
caption-selfie-5 = Thinking of you 💭
caption-selfie-6 = A little piece of my day 🤍
caption-video = Here's my video! 🎥💕
debug-photo-prompt = 🔎 Photo prompt
debug-video-prompt = 🔎 Video prompt
note-seconds =
    ℹ️ Instead of { $wanted ->
        [one] { $wanted } second
       *[other] { $wanted } seconds
    }, this video will be { $seconds ->
        [one] { $seconds } second
       *[other] { $seconds } seconds
    } long.
note-shrunk = ℹ️ The file was too large for this messenger, so this is a smaller copy.
note-too-large = ℹ️ The file is too large for this messenger, so I cannot send it here.
note-no-reference = ℹ️ This video cannot start from the picture itself, so it is made from its description.

# While it is being made
status-begun = ✨ { $name } is getting ready…
status-queued = ⏳ One thing at a time: this comes right after what is being made now.
status-photo-prompt = 💭 { $name } is looking for a good spot…
status-picture = 📸 { $name } is taking the selfie…
status-video-prompt = 📝 { $name } is dreaming up the scene…
status-filming = 🎬 { $name } is filming… { percent-short }
status-fetching = 📦 The video is ready and on its way…
status-sending = 💌 Sending…
status-ready = ✅ Done!
status-cancelled = ✖️ Stopped.
status-retried = 🔁 Trying again below.
status-checking = 👀 Checking whether it is ready…
button-cancel = ✖️ Cancel
cancelled = Stopped. We can start anew whenever you like.
nothing-to-cancel = Nothing is being made right now.
too-many-jobs =
    { $count ->
        [one] I'm still busy with your last wish. Let me finish that first 😊
       *[other] I'm still busy with { $count } wishes of yours. Let me finish those first 😊
    }
job-gone = That one is over already.

# The gallery
gallery = 🖼 Everything made for you, newest first:
gallery-empty = Nothing here yet. Shall I take a selfie?
content-selfie = 📸 { $name }
content-video = 🎬 { $name }
content-gone = This is not there any more.
button-show = 👁 Show
button-newer = ◀ Newer
button-older = Older ▶

# Settings
settings =
    ⚙️ Settings

    🌐 Language
    ⏱ Length of a video: { $seconds ->
        [one] { $seconds } second
       *[other] { $seconds } seconds
    }
    😉 Chance of a flirty note: { $flirty }
    🔎 Whether you see the prompts
seconds-short = { $seconds } s
flirty-off = 😉 Off
button-prompts-on = 🔎 Show me the prompts
button-prompts-off = 🔎 Hide the prompts

# Forgetting
forget-ask = This deletes everything about you: our talks, all selfies and videos, your settings. It cannot be undone.
button-forget = 🗑 Delete everything
button-keep = Keep it
forget-kept = Good, everything stays as it is.
forgotten = Everything about you has been deleted. With /start we can meet anew. 🌙

# When something is not as it should be
refused-wish = I'd rather not do that one 🌷 How about something else: the sea, a café, a walk in the evening light?
refused-talk = Let's not go there 🌷 Tell me about your day instead?
unknown-command = I don't know that command. /help says what there is.
unknown-button = That button doesn't work any more. /menu brings you back.
text-only = I can only read text for now 😊
error-unexpected = Something went wrong on our side. Please try again in a moment.
error-provider = That didn't work out this time. Shall we try again?
error-try-later = It's very busy right now. Try again in a little while?
error-refused = I can't make this one. How about something a little different?
error-no-access = I can't make this right now; the operator has been told.
error-unknown-outcome = The connection broke at just the wrong moment, and I can't tell whether it was made. Trying again may cost a second time.
error-timeout = It's taking much longer than usual. It isn't lost: you can look again in a while.
error-storage = I can't write anything down at the moment. Please try again shortly.
error-reply = I lost my thread just now, sorry! Say that again?
button-try-again = 🔁 Try again
button-try-again-paid = 🔁 Try again anyway
button-check-again = 👀 Check again
button-softer = ✨ A gentler version
button-something-else = 💡 Something else

# Short forms
percent-short = { $percent }%
moment =
    { $day } { $month ->
        [1] Jan
        [2] Feb
        [3] Mar
        [4] Apr
        [5] May
        [6] Jun
        [7] Jul
        [8] Aug
        [9] Sep
        [10] Oct
        [11] Nov
       *[12] Dec
    } { NUMBER($year, useGrouping: 0) }, { $time }

# For messengers without buttons: other words for yes and no
words-yes = yes, yeah, yep, sure, ok, okay, i am, of course
words-no = no, nope, nah, i am not

# For admins
alert-no-access = 🔑 { $provider } ({ $kind }) does not let us in: bad key, no credit or no permission. Nothing is sent to it for now. It said: { $reason }
alert-gone = 🪦 The model or the address of { $provider } ({ $kind }) does not exist any more. It is left out until the next start. It said: { $reason }
