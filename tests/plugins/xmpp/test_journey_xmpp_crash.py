"""The bot is killed with -9 after each step of a video and at what is seen of it: nothing lost, nothing twice."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from journeys.original_flow import greet, words
from journeys.person import Shown
from journeys.process import Hayal
from journeys.test_crash import _events
from xmpp.account import all_of_it, ask_for_a_video
from xmpp.bot import configure, process
from xmpp.prosody import prosody
from xmpp.user import XmppUser, user

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(400)]


async def _kill(running: Hayal) -> None:
    running.process.send_signal(signal.SIGKILL)
    assert await running.dead() == -9


def _seen(ada: XmppUser) -> dict[str, Callable[[Shown], bool]]:
    """Moments of a video, as they are seen."""
    caption = words(ada, "caption-video")
    return {
        "the status": lambda shown: not shown.edited and not shown.choices and not shown.media,
        "the video": lambda shown: bool(shown.media),
        "what is said of it": lambda shown: caption in shown.text and not shown.media,
    }


async def test_killed_after_every_step_and_at_what_is_seen(tmp_path: Path) -> None:
    async with prosody(tmp_path / "prosody") as server, user(server, "ada") as ada:
        config = configure(
            tmp_path / "bot", server, provider="studio", messengers=("web", "xmpp"), plugins=("crash",), tables=""
        )
        log = tmp_path / "events"
        async with process(config, server, CRASH_LOG=str(log)) as running:
            await greet(ada)
            await ada.say("/selfie")
            await ada.sees(words(ada, "status-ready"))
            undisturbed = await all_of_it(ada, await ask_for_a_video(ada, "last"))
            assert len(ada.media("video")) == 1
            await _kill(running)
        numbered = list(enumerate(_events(log), start=1))
        # after each step is recorded, and around the call that costs money
        around = {"step_intended", "step_called"}
        cuts = [
            number
            for number, (_, name, step) in numbered
            if name == "step_recorded" or (name in around and step.startswith("submit"))
        ]
        assert len(cuts) > 6
        since, skip = 0, ""
        for at in cuts:
            async with process(config, server, CRASH_LOG=str(log), CRASH_AT=str(at), CRASH_SKIP=skip) as running:
                if skip:
                    assert await all_of_it(ada, since) == undisturbed, f"killed before {numbered[at - 1]}"
                since = await ask_for_a_video(ada, "last")
                assert await running.dead() == -9, "\n".join(running.log[-5:])
            skip = _events(log)[-1][0]
        for name, moment in _seen(ada).items():
            async with process(config, server, CRASH_LOG=str(log)) as running:
                assert await all_of_it(ada, since) == undisturbed, f"killed before {name} was seen"
                since = await ask_for_a_video(ada, "last")
                await ada.sees(lambda shown, since=since, moment=moment: shown.at > since + 2 and moment(shown))  # type: ignore[misc]
                await _kill(running)
        async with process(config, server, CRASH_LOG=str(log)):
            assert await all_of_it(ada, since) == undisturbed
        assert len(ada.media("video")) == len(cuts) + len(_seen(ada)) + 1
