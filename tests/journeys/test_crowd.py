"""Two thousand people at once: nothing lost, nothing twice, Telegram's limits kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from journeys.crowd import OVERALL, crowd

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]


async def test_everybody_gets_one_answer_and_those_who_ask_one_video(tmp_path: Path) -> None:
    seen = await crowd(tmp_path, 2000, 25, rounds=2)
    assert dict(seen.questions) == {2: 2000}
    assert dict(seen.videos) == {0: 1975, 2: 25}
    assert (seen.floods, list(seen.violations), seen.refusals) == (0, [], 0)
    assert seen.busiest <= OVERALL
    # the second two thousand need no more room than the first: what grows with people does not grow with messages
    assert seen.memory[2] - seen.memory[1] < 24 * 2**20, [size // 2**20 for size in seen.memory]
