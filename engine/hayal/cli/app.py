"""The subcommands of `hayal`."""

from __future__ import annotations

import gc
import signal
import sys
from pathlib import Path
from typing import Annotated

import anyio
import typer

from hayal import __version__
from hayal import log as logs
from hayal.cli.options import ConfigOption
from hayal.config import Loaded, load
from hayal.errors import ConfigError, HayalError


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"hayal {__version__}")
        raise typer.Exit


def build() -> typer.Typer:
    """Make the command, with the subcommands of enabled plugins."""
    app = typer.Typer(
        name="hayal",
        help="A fictional persona answers, sends a selfie and a video, on the messenger people already use.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def _root(
        context: typer.Context,
        version: Annotated[
            bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
        ] = False,
    ) -> None:
        if context.invoked_subcommand != "run":
            gc.enable()

    app.command()(run)
    app.command()(doctor)
    app.command()(plugins)
    config = typer.Typer(name="config", help="Look at the configuration.", no_args_is_help=True)
    config.command("schema")(schema)
    config.command("check")(check)
    app.add_typer(config)
    from hayal.cli.attempt import attempts

    app.add_typer(attempts())
    _add_plugins(app)
    return app


def _add_plugins(app: typer.Typer) -> None:
    """Add what plugins register, unless a subcommand of the engine's own is asked for: most starts need none."""
    own = {"run", "doctor", "plugins", "config", "try", "--version"}
    if len(sys.argv) < 2 or sys.argv[1] in own:
        return
    from hayal.plugins import load_plugins

    logs.configure("error", "console")
    try:
        for name, function in load_plugins(load()).cli:
            app.command(name)(function)
    except HayalError as error:
        typer.echo(f"plugins are left out: {error}", err=True)


def _loaded(config: Path | None) -> Loaded:
    loaded = load(config)
    logs.configure(loaded.config.log.level, loaded.config.log.format)
    return loaded


def run(config: ConfigOption = None) -> None:
    """Run the engine until Ctrl-C or SIGTERM."""
    loaded = _loaded(config)
    from hayal.engine import open_engine

    async def main() -> None:
        async with open_engine(loaded) as engine:
            stop = anyio.Event()
            gc.enable()
            gc.freeze()  # what was imported stays: the collector need not look at it again
            async with anyio.create_task_group() as group:
                group.start_soon(_signals, stop, group.cancel_scope)
                await engine.run(stop)
                group.cancel_scope.cancel()

    try:
        anyio.run(main, backend_options={"use_uvloop": sys.platform != "win32"})
    except BaseExceptionGroup as group:
        known, rest = group.split(HayalError)
        if rest is not None or known is None:
            raise
        raise _first(known) from None


def _first(group: BaseExceptionGroup[HayalError]) -> HayalError:
    one: BaseException = group
    while isinstance(one, BaseExceptionGroup):
        one = one.exceptions[0]
    if not isinstance(one, HayalError):
        raise one
    return one


async def _signals(stop: anyio.Event, scope: anyio.CancelScope) -> None:
    """The first signal stops in order, a second at once."""
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for _ in signals:
            if stop.is_set():
                scope.cancel()
                return
            stop.set()


def doctor(config: ConfigOption = None) -> None:
    """Check the configuration, the plugins and their services. Exit code 1 if something is wrong."""
    from hayal.cli.doctor import Findings, examine

    logs.configure("critical", "console")  # what is wrong is said below
    try:
        found = examine(load(config))
    except ConfigError as error:
        found = Findings(tuple(str(error).splitlines()))
    for problem in found.problems:
        typer.echo(f"✗ {problem}")
    for warning in found.warnings:
        typer.echo(f"! {warning}")
    if found.problems:
        raise typer.Exit(1)
    typer.echo("✓ Everything works." if found.warnings else "✓ Everything is in order.")


def plugins(config: ConfigOption = None) -> None:
    """List the installed plugins: enabled or not, version, what each provides."""
    from hayal.cli.listing import table

    logs.configure("critical", "console")
    table(load(config))


def schema() -> None:
    """Print the JSON Schema of the configuration, with the settings of every installed plugin, for editors."""
    import json

    from hayal.cli.schema import config_schema

    logs.configure("error", "console")
    typer.echo(json.dumps(config_schema(), indent=2, ensure_ascii=False))


def check(config: ConfigOption = None) -> None:
    """Check the configuration, and the settings of the plugins it enables, without starting anything."""
    from hayal.cli.doctor import settings_problems

    logs.configure("critical", "console")
    problems = settings_problems(load(config))
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(2)
    typer.echo("The configuration is valid.")
