"""What every bot answers with."""

TEXT = "What shall we do? You can also just write: Ayla is here for you."
MENU = (("🎬 Send a video", "📸 Send a selfie"), ("🖼 Gallery", "💫 Personas"), ("⚙️ Settings", "❓ Help"))
