"""Run every benchmark in a process of its own and print what it measured."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

AIMS = {
    "updates": {"updates/s": "at least 5,000"},
    "startup": {"start-up s": "under 1.5", "memory MB": "under 120"},
    "parked": {"memory MB more": "under 150", "% of a core": "under 15"},
    "lookup": {"median ms": "under 1"},
    "overhead": {"own ms": "under 300", "with polling s": "under 1.3: 0.3 and half a poll"},
    "telegram": {"hayal updates/s": "3 times aiogram", "hayal 45 MB video: MB above idle": "under 16"},
    "xmpp": {"of the echo bot's rate": "at least 0.8"},
}


def flat(figures: dict[str, Any]) -> dict[str, float]:
    """Figures of several things in one measurement, each with the thing's name before it."""
    found: dict[str, float] = {}
    for name, value in figures.items():
        found |= {f"{name} {inner}": one for inner, one in value.items()} if isinstance(value, dict) else {name: value}
    return found


def main() -> None:
    """Print the table."""
    table = Table("benchmark", "figure", "measured", "aim", box=None)
    for name, aims in AIMS.items():
        code = f"import json; from benchmarks.{name} import run; print(json.dumps(run()))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for figure, value in flat(json.loads(done.stdout.splitlines()[-1])).items():
            table.add_row(name, figure, f"{value:,.3g}" if value < 100 else f"{value:,.0f}", aims.get(figure, ""))
    Console().print(table)


if __name__ == "__main__":
    main()
