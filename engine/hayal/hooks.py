"""Every hook of hayal, on one page.

A plugin is a distribution with an entry point in the group `hayal`, whose name is the plugin's name in `config.toml`
and whose object (usually a module) has functions marked with `hayal.hookimpl`. Hook functions are synchronous and only
*register* things, or observe; the asynchronous work is in the methods of what they registered. Only plugins that the
configuration names are imported.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pluggy

from hayal.commands import Command
from hayal.images import ImageGenerator
from hayal.jobs.events import JobEvent
from hayal.messenger import Messenger
from hayal.moderation import Moderator
from hayal.prompts import PromptWriter
from hayal.videos import VideoGenerator

hookspec = pluggy.HookspecMarker("hayal")
hookimpl = pluggy.HookimplMarker("hayal")


@hookspec
def register_messengers(register: Callable[[str, type[Messenger]], None]) -> None:
    """Add messengers: `register("web", WebMessenger)`. `[engine] messengers` selects them by name."""


@hookspec
def register_prompt_writers(register: Callable[[str, type[PromptWriter]], None]) -> None:
    """Add writers of prompts and replies. `[engine] prompt` selects one, or a chain."""


@hookspec
def register_image_generators(register: Callable[[str, type[ImageGenerator]], None]) -> None:
    """Add makers of pictures. `[engine] image` selects one, or a chain."""


@hookspec
def register_video_generators(register: Callable[[str, type[VideoGenerator]], None]) -> None:
    """Add makers of videos. `[engine] video` selects one, or a chain."""


@hookspec
def register_moderators(register: Callable[[str, type[Moderator]], None]) -> None:
    """Add moderators. All of an enabled plugin's are asked, after the engine's own, which is always on."""


@hookspec
def register_commands(register: Callable[[Command], None]) -> None:
    """Add chat commands and, if they ask for it, their entry in the menu."""


@hookspec
def register_locales(register: Callable[[Path], None]) -> None:
    """Add texts: a folder with `en/*.ftl`, `tr/*.ftl`, `ru/*.ftl`. Start the ids with the plugin's name."""


@hookspec
def register_routes(register: Callable[[str, Any], None]) -> None:
    """Add HTTP: a path below which an ASGI application answers, on the server of a messenger that has one."""


@hookspec
def register_cli(register: Callable[[str, Callable[..., None]], None]) -> None:
    """Add a subcommand to `hayal`: its name and a function that Typer turns into a command."""


@hookspec
def on_job_event(event: JobEvent) -> None:
    """See what happens to a job: begun, each step begun and recorded, ended. Called in the event loop: be quick."""
