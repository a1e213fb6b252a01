"""hayal: a plugin-based multi-messenger engine. This module is the whole API for authors of plugins.

A plugin is a distribution with an entry point in the group `hayal`; its module implements hooks of `hayal.hooks`:

    from hayal import VideoGenerator, hookimpl

    class Mine(VideoGenerator): ...

    @hookimpl
    def register_video_generators(register):
        register("mine", Mine)
"""

from hayal.chat import Activity, Attachment, Button, Card, Message, Post, Update
from hayal.commands import Command, CommandRequest
from hayal.errors import (
    ConfigError,
    DeliverLater,
    Failed,
    Gone,
    HayalError,
    MessengerError,
    Misused,
    NoAccess,
    NotAllowed,
    NotSent,
    OutcomeUnknown,
    PluginError,
    ProviderError,
    Refused,
    StorageError,
    TryLater,
    Undeliverable,
)
from hayal.hooks import hookimpl
from hayal.images import Image, ImageCapabilities, ImageGenerator, ImageRequest
from hayal.jobs.events import JobEvent
from hayal.media import Media, NoSuchMedia, Stream
from hayal.messenger import Desk, Messenger, MessengerCapabilities
from hayal.moderation import ModerationRequest, Moderator
from hayal.persona import Persona
from hayal.prompts import (
    InvalidPrompt,
    Language,
    PhotoPromptRequest,
    PromptWriter,
    ReplyRequest,
    Said,
    VideoPrompt,
    VideoPromptRequest,
)
from hayal.provider import Host, Part, Provider, Settings
from hayal.size import Size, SizeField
from hayal.videos import Done, Running, VideoCapabilities, VideoGenerator, VideoRequest

__version__ = "0.1.0"

__all__ = [
    "Activity",
    "Attachment",
    "Button",
    "Card",
    "Command",
    "CommandRequest",
    "ConfigError",
    "DeliverLater",
    "Desk",
    "Done",
    "Failed",
    "Gone",
    "HayalError",
    "Host",
    "Image",
    "ImageCapabilities",
    "ImageGenerator",
    "ImageRequest",
    "InvalidPrompt",
    "JobEvent",
    "Language",
    "Media",
    "Message",
    "Messenger",
    "MessengerCapabilities",
    "MessengerError",
    "Misused",
    "ModerationRequest",
    "Moderator",
    "NoAccess",
    "NoSuchMedia",
    "NotAllowed",
    "NotSent",
    "OutcomeUnknown",
    "Part",
    "Persona",
    "PhotoPromptRequest",
    "PluginError",
    "Post",
    "PromptWriter",
    "Provider",
    "ProviderError",
    "Refused",
    "ReplyRequest",
    "Running",
    "Said",
    "Settings",
    "Size",
    "SizeField",
    "StorageError",
    "Stream",
    "TryLater",
    "Undeliverable",
    "Update",
    "VideoCapabilities",
    "VideoGenerator",
    "VideoPrompt",
    "VideoPromptRequest",
    "VideoRequest",
    "hookimpl",
]
