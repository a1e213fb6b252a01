"""A strict local OpenAI, and parts that speak to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from servers.openai import OpenAI, openai_server


@pytest.fixture
async def vendor() -> AsyncIterator[OpenAI]:
    async with openai_server(key="sk-test-0123456789") as server:
        yield server
