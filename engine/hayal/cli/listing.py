"""`hayal plugins`."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from hayal.config import Loaded
from hayal.plugins import KINDS, installed, load_plugins, needed


def table(loaded: Loaded) -> None:
    """Print the table. Every installed plugin is imported, to see what it provides."""
    enabled = needed(loaded)
    plugins = load_plugins(loaded, everything=True)
    grid = Table("plugin", "version", "enabled", "provides", box=None, header_style="bold")
    for name, point in sorted(installed().items()):
        version = point.dist.version if point.dist else "?"
        provides = [
            f"{part_name} ({kind.removesuffix('s').replace('_', ' ')})"
            for kind in KINDS
            for part_name, part in plugins.parts[kind].items()
            if plugins.owners[part] == name
        ]
        state = "yes" if name in enabled else "no"
        what = ", ".join(provides) or "nothing that has a name"
        grid.add_row(name, version, state, plugins.problems.get(name, what))
    Console(soft_wrap=True).print(grid)
