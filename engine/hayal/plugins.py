"""Plugins: found by entry point, imported only if the configuration names them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import pluggy
import structlog
from pydantic import BaseModel

from hayal import hooks
from hayal.commands import Command
from hayal.config import Loaded, unknown
from hayal.errors import ConfigError, HayalError, PluginError
from hayal.images import ImageGenerator
from hayal.jobs.events import JobEvent
from hayal.messenger import Messenger
from hayal.moderation import Moderator
from hayal.prompts import PromptWriter
from hayal.provider import Host, Notes, Part, Scratchpad, Settings
from hayal.texts import LANGUAGES
from hayal.videos import VideoGenerator

GROUP = "hayal"

P = TypeVar("P", bound=Part)
Kind: TypeAlias = str

KINDS: dict[Kind, type[Part]] = {
    "messengers": Messenger,
    "prompt_writers": PromptWriter,
    "image_generators": ImageGenerator,
    "video_generators": VideoGenerator,
    "moderators": Moderator,
}

log = structlog.get_logger(__name__)


def installed() -> dict[str, EntryPoint]:
    """Every installed plugin by name, not imported."""
    return {point.name: point for point in entry_points(group=GROUP)}


def plugin_of(provider: str) -> str:
    """The plugin that a provider's name belongs to: "gpt" and "gpt.mini" are of the plugin gpt."""
    return provider.partition(".")[0]


@dataclass
class Plugins:
    """The enabled plugins and what they registered. `problems`: plugins that could not be loaded, with the reason."""

    loaded: Loaded
    manager: pluggy.PluginManager
    parts: dict[Kind, dict[str, type[Part]]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    owners: dict[type[Part], str] = field(default_factory=dict)
    commands: list[Command] = field(default_factory=list)
    locales: list[Path] = field(default_factory=list)
    routes: list[tuple[str, Any]] = field(default_factory=list)
    cli: list[tuple[str, Any]] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    notes: Callable[[str], Notes] = lambda _plugin: Scratchpad()

    def make(self, kind: Kind, name: str) -> Part:
        """One part, with its plugin's validated settings, not yet entered. Raises PluginError, ConfigError."""
        part = self.parts[kind].get(name)
        if part is None:
            plugin = plugin_of(name)
            if plugin in self.problems:
                raise PluginError(f'the plugin "{plugin}" does not work: {self.problems[plugin]}')
            what = f"one of the {kind.replace('_', ' ')} of the enabled plugins"
            key = kind.partition("_")[0]
            place = self.loaded.place("engine", key)
            raise ConfigError(f"{place}: engine.{key}: {unknown(what, name, self.parts[kind])}")
        plugin = self.owners[part]
        host = Host(plugin, self.loaded.data / "plugins" / plugin, self.notes(plugin))
        try:
            return part(self.settings(plugin), host)
        except HayalError:
            raise
        except Exception as error:
            raise PluginError(f'the plugin "{plugin}" cannot make its {name}: {error!r}') from error

    def settings(self, plugin: str) -> BaseModel:
        """A plugin's validated settings. Raises ConfigError."""
        return self.loaded.plugin_settings(plugin, self.settings_type(plugin))

    def settings_type(self, plugin: str) -> type[Settings]:
        """The model of `[plugins.NAME]`. Raises PluginError if the plugin's parts do not share one."""
        found = {part.settings_type for part, owner in self.owners.items() if owner == plugin}
        if len(found) > 1:
            raise PluginError(f'the parts of the plugin "{plugin}" have different settings_type; they share one')
        return found.pop() if found else Settings

    def add_command(self, command: Command) -> None:
        """Take a command. Raises PluginError if it is not one."""
        given: Any = command  # a plugin may err
        if not isinstance(given, Command) or not re.fullmatch("[a-z][a-z0-9_]{0,31}", given.name):
            raise PluginError(f"{command!r} is not a Command whose name is lower case")
        self.commands.append(command)

    def add_locales(self, folder: Path) -> None:
        """Take a folder of texts. Raises PluginError if a language is missing."""
        for language in LANGUAGES:
            if not any((folder / language).glob("*.ftl")):
                raise PluginError(f"there are no texts in {folder.name}/{language}")
        self.locales.append(folder)

    def add_route(self, path: str, app: Any) -> None:
        """Take a path and its application. Raises PluginError if the path does not begin with a slash."""
        if not path.startswith("/"):
            raise PluginError(f'the route "{path}" does not begin with "/"')
        self.routes.append((path, app))

    def event(self, event: JobEvent) -> None:
        """Tell observers. What they raise is logged and stops nothing."""
        for observer in self.manager.hook.on_job_event.get_hookimpls():
            try:
                observer.function(*(event for _ in observer.argnames))
            except Exception:
                log.exception("an observer failed", plugin=observer.plugin_name, event_name=event.name)


def needed(loaded: Loaded) -> dict[str, str]:
    """The plugins the configuration names, each with the key that names it first."""
    engine = loaded.config.engine
    keys = {
        "engine.messengers": engine.messengers,
        "engine.prompt": engine.prompt,
        "engine.image": engine.image,
        "engine.video": engine.video,
        "engine.plugins": engine.plugins,
        "engine.require": engine.require,
    }
    names: dict[str, str] = {}
    for key, values in keys.items():
        for value in values:
            names.setdefault(plugin_of(value), key)
    if engine.spare_prompt and plugin_of(engine.spare_prompt) in installed():
        names.setdefault(plugin_of(engine.spare_prompt), "engine.spare_prompt")
    return names


def load_plugins(loaded: Loaded, *, everything: bool = False) -> Plugins:
    """Import the plugins the configuration names (or every installed one) and call their registering hooks.

    Raises ConfigError for a name that is not installed, PluginError for a plugin the configuration requires.
    """
    points = installed()
    names = needed(loaded)
    for name, key in names.items():
        if name not in points:
            place = loaded.place(*key.split("."))
            raise ConfigError(f"{place}: {key}: {unknown('an installed plugin', name, points)}")
    for name in loaded.config.plugins:
        if name not in points:
            place = next((loaded.place("plugins", name, key) for key in loaded.config.plugins[name]), str(loaded.file))
            raise ConfigError(f"{place}: [plugins.{name}]: {unknown('an installed plugin', name, points)}")
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hooks)
    plugins = Plugins(loaded, manager)
    for name in points if everything else names:
        try:
            _load(plugins, name, points[name])
        except Exception as error:
            reason = str(error) if isinstance(error, HayalError) else f"{type(error).__name__}: {error}"
            reason = " ".join(reason.split())
            plugins.problems[name] = reason
            if manager.has_plugin(name):
                manager.unregister(name=name)
            log.error("plugin left out", plugin=name, reason=reason)
            if name in loaded.config.engine.require:
                raise PluginError(f'the required plugin "{name}" does not load: {reason}') from error
    return plugins


def _load(plugins: Plugins, name: str, point: EntryPoint) -> None:
    """Import a plugin and take what it registers: all of it, or nothing if something is wrong."""
    module = point.load()
    own = Plugins(plugins.loaded, plugins.manager)
    manager = plugins.manager
    manager.register(module, name=name)
    unmatched = [
        attribute
        for attribute in dir(module)
        if getattr(getattr(module, attribute), "hayal_impl", None) is not None
        and not getattr(manager.hook, attribute).has_spec()
    ]
    if unmatched:
        raise PluginError(f"it implements {', '.join(unmatched)}, which is no hook of hayal")
    others = manager.subset_hook_caller
    rest = [plugin for plugin in manager.get_plugins() if plugin is not module]
    for kind, base in KINDS.items():

        def add(part_name: str, part: type[Part], kind: str = kind, base: type[Part] = base) -> None:
            if plugin_of(part_name) != name:
                raise PluginError(f'it registers "{part_name}"; its names are "{name}" or begin with "{name}."')
            if not (isinstance(part, type) and issubclass(part, base)):  # type: ignore[redundant-expr]  # a plugin may err
                raise PluginError(f"what it registers as {part_name} is not a {base.__name__}")
            own.parts[kind][part_name] = part
            own.owners[part] = name

        others(f"register_{kind}", rest)(register=add)
    others("register_commands", rest)(register=own.add_command)
    others("register_locales", rest)(register=own.add_locales)
    others("register_routes", rest)(register=own.add_route)
    others("register_cli", rest)(register=lambda word, function: own.cli.append((word, function)))
    own.settings_type(name)
    for kind in KINDS:
        plugins.parts[kind] |= own.parts[kind]
    plugins.owners |= own.owners
    plugins.commands += own.commands
    plugins.locales += own.locales
    plugins.routes += own.routes
    plugins.cli += own.cli
