"""`hayal` in a process of its own, and plugins made for one test."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parent

_numbers = itertools.count(1)


def hayal(
    *arguments: str, at: Path, environment: Mapping[str, str] | None = None, path: tuple[Path, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """Run `hayal` in the folder `at`; `path` is put before what the tests have on theirs."""
    return python("from hayal.cli import main; main()", *arguments, at=at, environment=environment, path=path)


def python(
    code: str, *arguments: str, at: Path, environment: Mapping[str, str] | None = None, path: tuple[Path, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """Run Python code in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=at,
        env={
            "PYTHONPATH": ":".join(map(str, (*path, HERE / "parts", HERE / "guard"))),
            "PATH": "/usr/bin:/bin",
            "HOME": str(at),
            "COLUMNS": "200",
            **(environment or {}),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def install(folder: Path, name: str, source: str, module: str = "", version: str = "1.2") -> None:
    """Write a plugin as an installed distribution looks: a module, and a .dist-info with its entry point."""
    module = module or f"made_{name}_{next(_numbers)}"  # never one that was imported before
    (folder / f"{module}.py").write_text(source)
    info = folder / f"hayal_{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: hayal-{name}\nVersion: {version}\n")
    (info / "entry_points.txt").write_text(f"[hayal]\n{name} = {module}\n")
