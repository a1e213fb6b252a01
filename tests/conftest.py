"""For all tests: asyncio, nothing past loopback, and parts (plugins for tests) found by entry point."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent

sys.path.insert(0, str(HERE / "parts"))
sys.path.insert(0, str(HERE / "guard"))
sys.path.insert(0, str(HERE))
import sitecustomize  # noqa: E402, F401 - installs the guard

from hayal import log  # noqa: E402

log.configure("warning", "console")

for name in [name for name in os.environ if name.startswith("HAYAL_")]:
    del os.environ[name]


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """uvloop, as `hayal run` does."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(autouse=True)
def _script() -> None:
    """Nothing goes wrong in the plugin `null` unless a test says so."""
    from hayal_null import Script, script

    script.__dict__.update(Script().__dict__)
