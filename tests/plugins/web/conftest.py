from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from web_server import Web, serving


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def web(tmp_path: Path) -> AsyncIterator[Web]:
    async with serving(tmp_path) as web:
        yield web
