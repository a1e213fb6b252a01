"""What jobs work with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hayal.chat import Activity, Post
from hayal.config import Config
from hayal.images import ImageGenerator
from hayal.jobs.chain import Chain
from hayal.jobs.events import JobEvent
from hayal.media import Media
from hayal.moderation import Moderator
from hayal.persona import Persona
from hayal.prompts import PromptWriter
from hayal.storage.database import Database
from hayal.texts import Texts
from hayal.videos import VideoGenerator


@dataclass(frozen=True)
class Services:
    """What a flow may use. `owner` names this process in the journal; `scratch` is a folder for temporary files."""

    config: Config
    database: Database
    media: Media
    texts: Texts
    personas: Mapping[str, Persona]
    writers: Chain[PromptWriter]
    """For replies: those the configuration names."""
    scripts: Chain[PromptWriter]
    """For prompts: the same, and the spare one last."""
    images: Chain[ImageGenerator]
    videos: Chain[VideoGenerator]
    moderators: Mapping[str, Moderator]
    owner: str
    scratch: Path
    deliver: Callable[[Post], None]
    act: Callable[[str, Activity], Awaitable[None]]
    face: Callable[[str], Awaitable[bytes | None]]
    """The picture the operator gave of a persona, as JPEG, or None."""
    observe: Callable[[JobEvent], None]
    span: Callable[..., AbstractContextManager[Any]]
