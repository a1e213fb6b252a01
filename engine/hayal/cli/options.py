"""Options that several subcommands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", metavar="FILE", help="Configuration; default ./config.toml, else the built-in one."),
]
SeedOption = Annotated[
    int | None, typer.Option("--seed", help="The same seed makes the same, with providers that can.")
]
