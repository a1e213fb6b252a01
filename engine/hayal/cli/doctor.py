"""`hayal doctor`."""

from __future__ import annotations

from dataclasses import dataclass

import anyio

from hayal import log as logs
from hayal.config import Loaded
from hayal.engine import checked
from hayal.errors import HayalError
from hayal.plugins import KINDS, Plugins, load_plugins


def wanted(loaded: Loaded, plugins: Plugins) -> list[tuple[str, str]]:
    """Every part the configuration uses: kind and name."""
    engine = loaded.config.engine
    named = {
        "messengers": engine.messengers,
        "prompt_writers": engine.prompt,
        "image_generators": engine.image,
        "video_generators": engine.video,
        "moderators": tuple(plugins.parts["moderators"]),
    }
    return [(kind, name) for kind in KINDS for name in named[kind]]


def settings_problems(loaded: Loaded) -> list[str]:
    """One sentence for each problem of the configuration itself."""
    if not loaded.config.personas:
        return [f"{loaded.file}: there are no personas; add a table [personas.NAME]"]
    try:
        plugins = load_plugins(loaded)
    except HayalError as error:
        return str(error).splitlines()
    problems = [f'the plugin "{name}" does not load: {reason}' for name, reason in plugins.problems.items()]
    for kind, name in wanted(loaded, plugins):
        try:
            plugins.make(kind, name)
        except HayalError as error:
            problems += [line for line in str(error).splitlines() if line not in problems]
    return list(dict.fromkeys(problems))


@dataclass(frozen=True, slots=True)
class Findings:
    """What a look at everything found, a sentence each. `warnings` are of what works, for now or in part."""

    problems: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def examine(loaded: Loaded) -> Findings:
    """Look at the configuration, then ask every service whether it answers."""
    problems = settings_problems(loaded)
    if problems:
        return Findings(tuple(problems))
    plugins = load_plugins(loaded)
    warnings: list[str] = []

    async def services() -> list[str]:
        found = []
        for kind, name in wanted(loaded, plugins):
            part = plugins.make(kind, name)
            logs.hide_settings(part.settings)
            try:
                async with part:
                    problem = await checked(part)
                    warnings.extend(f"{_called(kind, name)}: {logs.redacted(line)}" for line in part.warnings())
            except Exception as error:  # noqa: BLE001 - a plugin is someone else's code
                reason = str(error) if isinstance(error, HayalError) else repr(error)
                problem = f"it does not start: {logs.redacted(reason)}"
            if problem:
                found.append(f"{_called(kind, name)}: {problem}")
        return found

    return Findings(tuple(anyio.run(services)), tuple(dict.fromkeys(warnings)))


def _called(kind: str, name: str) -> str:
    return f"{kind.removesuffix('s').replace('_', ' ')} {name}"
