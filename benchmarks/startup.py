"""Start-up of `hayal run` with the default configuration: seconds until the page answers, and memory then.

Measured on the second start: the first also makes the database and draws the portraits, in processes of their own.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.common import memory

ROOT = Path(__file__).parents[1]
RUNS = 5


def _start(folder: Path) -> tuple[float, float]:
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "hayal", "run"],
        cwd=folder,
        env={**os.environ, "HAYAL_PLUGINS__WEB__PORT": "0"},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        for line in process.stderr:
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found:
                urllib.request.urlopen(found[0]).read()
                break
        seconds = time.perf_counter() - began
        return seconds, memory(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def run() -> dict[str, float]:
    """Medians."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(ROOT / "config.toml", folder)
        _start(folder)
        time.sleep(12)  # the portraits
        _start(folder)
        runs = [_start(folder) for _ in range(RUNS)]
    middle = RUNS // 2
    return {
        "start-up s": sorted(seconds for seconds, _ in runs)[middle],
        "memory MB": sorted(used for _, used in runs)[middle],
    }


if __name__ == "__main__":
    print(run())
