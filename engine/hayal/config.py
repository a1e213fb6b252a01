"""`config.toml`: read, checked, and explained when it is wrong."""

from __future__ import annotations

import difflib
import json
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeAlias, cast

import sqlalchemy as sa
from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
)
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from hayal.errors import ConfigError
from hayal.persona import ADULT_AGE, Persona
from hayal.size import Size, SizeField

PREFIX = "HAYAL_"

_WANTED = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "string": "a text in quotes",
    "model": "a table",
    "dict": "a table",
    "list": "a list",
    "tuple": "a list",
}
"""What the beginnings of pydantic's error types mean to somebody who writes TOML."""

_SECRET = re.compile(r"key|token|password|secret", re.IGNORECASE)


def _names(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, list | tuple):
        return tuple(value)
    raise ValueError("it should be a name, or a list of names")


Names: TypeAlias = Annotated[
    tuple[str, ...],
    BeforeValidator(_names),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
Chain: TypeAlias = Annotated[Names, Field(min_length=1)]


def _database(url: str) -> str:
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise ValueError('write it as "sqlite:///PATH"') from error
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise ValueError('write it as "sqlite:///PATH"')
    return url


def _persona_name(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9_-]{1,24}", name):
        raise ValueError("the name of a persona's table is 1 to 24 of a-z, 0-9, _ and -")
    return name


PersonaName: TypeAlias = Annotated[str, AfterValidator(_persona_name)]
"""It goes into button data and media keys."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EngineConfig(_Section):
    """What runs, and where it keeps things. Paths are relative to the folder of the configuration file."""

    messengers: Chain = Field(("web",), description="Messengers to run, by name.")
    prompt: Chain = Field(("studio",), description="Who writes prompts and replies: a name, or a fallback chain.")
    image: Chain = Field(("studio",), description="Who makes pictures: a name, or a fallback chain.")
    video: Chain = Field(("studio",), description="Who makes videos: a name, or a fallback chain.")
    plugins: Names = Field((), description="Further plugins to enable: moderators, commands, observers.")
    require: Names = Field((), description="Plugins without which the engine does not start.")
    spare_prompt: str = Field(
        "studio", description="Who writes a photo or video prompt when those in `prompt` cannot; empty for nobody."
    )
    database: Annotated[str, AfterValidator(_database)] = Field(
        "sqlite:///data/hayal.db", description="Database URL: sqlite:///PATH."
    )
    media: str = Field("data/media", description="Media store: a folder, or the URL of an object store.")
    file_data: bool = Field(False, description="Also keep media in the database, as generated_content.file_data.")
    keep_days: int = Field(90, ge=1, description="Days a chat's log and ended jobs are kept.")


class VideoConfig(_Section):
    """Videos, and the waiting for them."""

    seconds: int = Field(5, ge=1, le=60, description="Length of a video in seconds; people may choose another.")
    choices: tuple[Annotated[int, Field(ge=1, le=60)], ...] = Field(
        (3, 5, 8, 10), description="Lengths people may choose from, in seconds."
    )
    size: SizeField = Field(Size(720, 1280), description="Width x height in pixels, of selfies too.")
    flirty_probability: float = Field(0.5, ge=0, le=1, description="How often a video has a flirty note.")
    poll_interval: float = Field(
        2.0, gt=0, le=300, description="Seconds between the first polls; later ones slow down."
    )
    look_again: float = Field(
        300.0, gt=0, description="Seconds between looks, for a day, for a video that was not ready in time."
    )
    poll_attempts: int = Field(120, ge=1, le=100_000, description="Polls before a video counts as timed out.")


class JobsConfig(_Section):
    """Limits on what runs at once."""

    at_once: int = Field(256, ge=1, description="Jobs under way at once, over all people.")
    waiting: int = Field(3, ge=1, description="Jobs one person may have waiting or under way.")
    grace: float = Field(10.0, ge=0, description="Seconds that paid calls under way get to finish at shutdown.")


class LogConfig(_Section):
    """Logs."""

    level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least severe level logged.")
    format: Literal["auto", "console", "json"] = Field("auto", description="auto: console on a terminal, else JSON.")


class Config(BaseSettings):
    """The whole configuration. The environment overrides it: HAYAL_ENGINE__VIDEO=studio."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, case_sensitive=False
    )

    engine: EngineConfig = EngineConfig()
    video: VideoConfig = VideoConfig()
    jobs: JobsConfig = JobsConfig()
    log: LogConfig = LogConfig()
    personas: Annotated[dict[PersonaName, Persona], Field(min_length=1, validate_default=True)] = {}
    plugins: dict[str, dict[str, Any]] = {}

    _toml: ClassVar[dict[str, Any]] = {}
    _environment: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment (with `keys.env` behind it), then the file."""
        return _Environment(settings_cls, cls._environment), InitSettingsSource(settings_cls, cls._toml)


class _Environment(EnvSettingsSource):
    """Environment variables, whose values may be plain where JSON would be asked for: HAYAL_ENGINE__VIDEO=studio."""

    def __init__(self, settings_cls: type[BaseSettings], variables: Mapping[str, str]) -> None:
        self._variables = variables
        super().__init__(settings_cls)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in self._variables.items()}

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        return _plain_or_json(value)


def _plain_or_json(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"[", "{"}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


@dataclass(frozen=True)
class Loaded:
    """A configuration and where it came from. `base` is the folder that relative paths start from."""

    config: Config
    file: Path
    base: Path
    environment: Mapping[str, str]

    @property
    def data(self) -> Path:
        """The folder of the database, of the lock and of the plugins' own folders."""
        path = sa.make_url(self.config.engine.database).database
        return (self.base / (path or "")).parent

    def place(self, *keys: str) -> str:
        """Where a setting comes from: the file, or the environment variable that overrides it."""
        return _place(self.file, self.environment, keys)

    def plugin_settings(self, plugin: str, model: type[BaseModel]) -> BaseModel:
        """Validate `[plugins.NAME]` (with the variables its fields name) by the plugin's own model.

        Raises ConfigError.
        """
        values = {key: _plain_or_json(value) for key, value in self.config.plugins.get(plugin, {}).items()}
        used: dict[str, str] = {}
        for name, variable in _variables(model).items():
            if name not in values and self.environment.get(variable):
                values[name] = self.environment[variable]
                used[name] = variable
        try:
            return model.model_validate(values)
        except ValidationError as error:
            hidden = set(_secrets(self.config.plugins)) | set(_secrets(self.environment))
            raise explain(error, self.file, self.environment, model, ("plugins", plugin), used, hidden) from None


def _variables(model: type[BaseModel]) -> dict[str, str]:
    """The environment variables that a model's fields name, by field."""
    extras = {name: field.json_schema_extra for name, field in model.model_fields.items()}
    named = {name: extra.get("env") for name, extra in extras.items() if isinstance(extra, dict)}
    return {name: variable for name, variable in named.items() if isinstance(variable, str)}


def _secrets(table: Any, inside: bool = False) -> Iterator[str]:
    """The values, however deep, under names that look like those of secrets."""
    if isinstance(table, Mapping):
        for name, value in table.items():
            yield from _secrets(value, inside or bool(_SECRET.search(str(name))))
    elif isinstance(table, list | tuple):
        for value in table:
            yield from _secrets(value, inside)
    elif inside and len(str(table)) >= 4:
        yield str(table)


def packaged_config() -> Path:
    """The default configuration: inside the installed package, or of the checkout."""
    packaged = Path(str(files("hayal"))) / "config.toml"
    return packaged if packaged.is_file() else Path(__file__).parents[2] / "config.toml"


def load(path: Path | None = None, environment: Mapping[str, str] | None = None) -> Loaded:
    """Read the configuration: `path`, else ./config.toml, else the packaged default (relative to this folder).

    Raises ConfigError with one sentence a problem.
    """
    file = path or Path("config.toml")
    base = file.resolve().parent
    if path is None and not file.is_file():
        file = packaged_config()
    try:
        toml = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{file}: there is no such file; write one, or leave --config out for the default") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: this is not TOML: {error}") from None
    variables = {**_keys(base / "keys.env"), **(os.environ if environment is None else environment)}
    for name in variables:
        section, inner, _ = name.upper().removeprefix(PREFIX).lower().partition("__")
        if name.upper().startswith(PREFIX) and inner and section not in Config.model_fields:
            raise ConfigError(f"environment variable {name}: {unknown('a section', section, Config.model_fields)}")
    model = cast("type[Config]", type("Config", (Config,), {"_toml": toml, "_environment": variables}))
    try:
        config = model()
    except ValidationError as error:
        hidden = set(_secrets(toml)) | set(_secrets(variables))
        raise explain(error, file, variables, Config, hidden=hidden) from None
    return Loaded(config, file, base, variables)


def _keys(file: Path) -> dict[str, str]:
    try:
        return {name: value for name, value in dotenv_values(file, interpolate=False).items() if value}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read: {type(error).__name__}") from None


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word`, or ""."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)), "")


def unknown(what: str, word: str, known: Iterable[str]) -> str:
    """A sentence's end that says `word` is not known, which is nearest, and which there are."""
    names = sorted(known)
    near = nearest(word, names)
    hint = f'; did you mean "{near}"?' if near else "."
    return f'"{word}" is not {what}{hint} Allowed: {", ".join(names) or "none"}.'


def _inner(annotation: Any) -> Any:
    arguments = getattr(annotation, "__args__", ())
    return arguments[-1] if getattr(annotation, "__origin__", None) is dict and arguments else annotation


def explain(
    error: ValidationError,
    file: Path,
    environment: Mapping[str, str],
    model: type[BaseModel],
    prefix: tuple[str, ...] = (),
    used: Mapping[str, str] | None = None,
    hidden: Iterable[str] = (),
) -> ConfigError:
    """One sentence a problem: where, what was found, what is allowed.

    `used`: fields filled from an environment variable of the plugin's choice; `hidden`: what is never to be shown.
    """
    sentences = []
    for one in error.errors():
        variable = (used or {}).get(str(one["loc"][0])) if one["loc"] else None
        sentence = _sentence(one, file, environment, model, prefix, f"environment variable {variable}" * bool(variable))
        for secret in hidden:
            sentence = sentence.replace(repr(secret), "hidden").replace(secret, "hidden")
        sentences.append(sentence)
    return ConfigError("\n".join(dict.fromkeys(sentences)))


def _sentence(
    one: Any, file: Path, environment: Mapping[str, str], model: type[BaseModel], prefix: tuple[str, ...], place: str
) -> str:
    inner = tuple(part for part in one["loc"] if not str(part).startswith("function-") and part != "[key]")
    loc = (*prefix, *inner)
    key = str(loc[-1]) if loc else ""
    where = f"{place or _place(file, environment, loc)}: "
    if one["type"] == "extra_forbidden":
        holder = _holder(model, inner)
        table = f"[{'.'.join(map(str, loc[:-1]))}] " if loc[:-1] else ""
        return where + table + unknown("a setting here", key, holder.model_fields if holder else ())
    if one["type"] == "missing":
        variable = _variables(model).get(key) if len(inner) == 1 else None
        other = f", or the environment variable {variable}" if variable else ""
        return f"{where}[{'.'.join(map(str, loc[:-1]))}] needs a value for {key}{other}"
    if loc == ("personas",) and one["type"] == "too_short":
        return f"{where}there are no personas; add a table [personas.NAME]"
    if key == "age":
        return f"{where}{'.'.join(map(str, loc))} is {one['input']!r}; a persona is an adult: {ADULT_AGE} or more"
    found = repr(one["input"])
    if any(_SECRET.search(str(part)) for part in inner) or "Secret" in str(_annotation(model, inner)):
        found = "hidden"
    elif isinstance(one["input"], Mapping):
        found = "a table"
    else:
        found = re.sub(r"://[^@/]*@", "://hidden@", found)
    message = " ".join(one["msg"].removeprefix("Value error, ").replace("Input should be", "it should be").split())
    kind, _, fault = one["type"].partition("_")
    if kind in _WANTED and fault in {"type", "parsing", "from_float"}:
        message = f"it should be {_WANTED[kind]}"
    elif one["type"] == "too_short":
        message = f"it needs {one['ctx']['min_length']} or more"
    elif one["type"] == "literal_error":
        near = nearest(str(one["input"]), re.findall(r"'([^']*)'", message))
        message += f'; did you mean "{near}"?' if near else ""
    return f"{where}{'.'.join(map(str, loc))} is {found[:80]}; {message[:1].lower()}{message[1:]}"


def _annotation(model: type[BaseModel], inner: tuple[Any, ...]) -> Any:
    field = model.model_fields.get(str(inner[0])) if inner else None
    return field.annotation if field else None


def _holder(model: Any, inner: tuple[Any, ...]) -> type[BaseModel] | None:
    current: Any = model
    for part in inner[:-1]:
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = current.model_fields.get(str(part))
            current = field.annotation if field else None
        else:  # a key of a table such as [personas.NAME]
            current = _inner(current)
    return current if isinstance(current, type) and issubclass(current, BaseModel) else None


def _place(file: Path, environment: Mapping[str, str], loc: tuple[Any, ...]) -> str:
    variable = PREFIX + "__".join(map(str, loc)).upper()
    for name in environment:
        if name.upper() == variable or (variable.startswith(f"{name.upper()}__") and name.upper().startswith(PREFIX)):
            return f"environment variable {name}"
    return str(file)
