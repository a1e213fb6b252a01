"""A folder for the studio, and its videos."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hayal import Host
from hayal_studio.settings import StudioSettings
from hayal_studio.videos import StudioVideos


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host("studio", tmp_path / "studio")


@pytest.fixture
async def videos(host: Host) -> AsyncIterator[StudioVideos]:
    async with StudioVideos(StudioSettings(), host) as part:
        yield part
