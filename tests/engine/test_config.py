"""The configuration: each mistake is one plain sentence, the environment overrides, secrets stay hidden."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import Field, SecretStr, model_validator

from harness import BASE, write
from hayal.config import Loaded, load, packaged_config
from hayal.errors import ConfigError, HayalError
from hayal.plugins import load_plugins
from hayal.provider import Settings
from hayal.size import Size
from terminal import hayal

SECRET = "sk-do-not-show-4711"

AYLA = BASE[BASE.index("[personas.ayla]") : BASE.index("[personas.deniz]")]


def changed(old: str, new: str) -> str:
    assert BASE.count(old)
    return BASE.replace(old, new, 1)


def mistake(path: Path, environment: dict[str, str] | None = None) -> str:
    """What the operator is told."""

    def read() -> None:
        loaded = load(path, environment or {})
        load_plugins(loaded).make("video_generators", loaded.config.engine.video[0])

    with pytest.raises(ConfigError) as caught:
        read()
    return str(caught.value)


def is_one_plain_sentence(told: str) -> bool:
    return "\n" not in told and not re.search(r"pydantic|Traceback|https?:|type=|function-|\[key\]", told)


MISTAKES = {
    "an unknown key": (
        changed("seconds = 2", "secnds = 2"),
        ["[video]", '"secnds" is not a setting here; did you mean "seconds"?', "poll_attempts"],
    ),
    "an unknown table": ("[engien]\n" + BASE, ['"engien"', 'did you mean "engine"?', "Allowed: engine, jobs, log"]),
    "an unknown key of a persona": (
        changed("age = 27", "age = 27\ncharakter = 'kind'"),
        ["[personas.ayla]", '"charakter"', 'did you mean "character"?'],
    ),
    "an unknown setting of a plugin": (
        BASE + "[plugins.null]\npols = 3\n",
        ["[plugins.null]", '"pols"', 'did you mean "polls"?', "at_once"],
    ),
    "an unknown plugin": (
        changed('video = "null"', 'video = "nul"'),
        ["engine.video", '"nul" is not an installed plugin', 'did you mean "null"?', "Allowed: "],
    ),
    "an unknown plugin in a chain": (
        changed('video = "null"', 'video = ["null", "studoi"]'),
        ["engine.video", '"studoi" is not an installed plugin'],
    ),
    "settings of an unknown plugin": (
        BASE + "[plugins.nulll]\npolls = 3\n",
        ["[plugins.nulll]", "is not an installed plugin", 'did you mean "null"?'],
    ),
    "a name the plugin does not have": (
        changed('video = "null"', 'video = "null.fast"'),
        ["engine.video", '"null.fast" is not one of the video generators', 'did you mean "null"?'],
    ),
    "a wrong type": (changed("seconds = 2", 'seconds = "two"'), ["video.seconds is 'two'", "a whole number"]),
    "a number where a name is": (
        changed('video = "null"', "video = 5"),
        ["engine.video is 5", "a name, or a list of names"],
    ),
    "an empty chain": (changed('video = "null"', "video = []"), ["engine.video is []", "needs 1 or more"]),
    "a number in a list of names": (
        changed('video = "null"', "video = [5]"),
        ["engine.video.0 is 5", "a text in quotes"],
    ),
    "a value out of range": (
        changed("seconds = 2", "seconds = 2\nflirty_probability = 7"),
        ["video.flirty_probability is 7", "less than or equal to 1"],
    ),
    "none of a few": (BASE + "[log]\nlevel = 'inof'\n", ["log.level is 'inof'", "'warning'", 'did you mean "info"?']),
    "a wrong type in a plugin": (
        BASE + "[plugins.null]\npolls = 'many'\n",
        ["plugins.null.polls is 'many'", "a whole number"],
    ),
    "a table where a value is": (BASE + "[plugins.null.polls]\nmost = 3\n", ["plugins.null.polls is a table"]),
    "a value where a table is": ("log = 3\n" + BASE, ["log is 3; it should be a table"]),
    "a minor": (changed("age = 27", "age = 17"), ["personas.ayla.age is 17", "18 or more"]),
    "nobody's age": (changed("age = 27\n", ""), ["[personas.ayla] needs a value for age"]),
    "a childlike look": (
        changed("long dark hair", "a schoolgirl"),
        ["personas.ayla.look is 'a schoolgirl'", "personas are fictional adults"],
    ),
    "an explicit look": (
        changed("long dark hair", "naked"),
        ["personas.ayla.look is 'naked'", "personas are fictional adults"],
    ),
    "a language nobody speaks here": (
        changed("age = 27", "age = 27\nabout.de = 'Hallo'"),
        ["personas.ayla.about.de is 'de'", "'en', 'tr' or 'ru'"],
    ),
    "a persona's name with a capital": (changed("[personas.ayla]", "[personas.Ayla]"), ["personas.Ayla", "a-z, 0-9"]),
    "a persona's name too long": (changed("[personas.ayla]", f"[personas.{'a' * 25}]"), ["a" * 25, "1 to 24"]),
    "a persona's name that is a path": (changed("[personas.ayla]", '[personas."../x"]'), ["'../x'", "a-z, 0-9"]),
    "a size in words": (changed('"144x256"', '"big"'), ["video.size is 'big'", '"720x1280"']),
    "a size that is no string": (changed('"144x256"', "720"), ["video.size is 720", '"720x1280"']),
    "an odd size": (changed('"144x256"', '"145x256"'), ["video.size is '145x256'", "even number"]),
    "a huge size": (changed('"144x256"', '"9000x9000"'), ["video.size", "16 to 4096"]),
    "another database": (
        changed("[video]", f"database = 'postgresql://me:{SECRET}@db/x'\n[video]"),
        ["engine.database", "postgresql", 'write it as "sqlite:///PATH"'],
    ),
    "no database URL": (changed("[video]", "database = 'hayal.db'\n[video]"), ["engine.database is 'hayal.db'"]),
    "a database in memory": (changed("[video]", "database = 'sqlite://'\n[video]"), ["engine.database is 'sqlite://'"]),
    "no TOML": ("[engine\n", ["this is not TOML", "line 1"]),
    "a key twice": ("[engine]\nvideo = 'null'\nvideo = 'null'\n", ["this is not TOML", "line 3"]),
    "no personas": (BASE[: BASE.index("[personas.ayla]")], ["there are no personas", "[personas.NAME]"]),
    "an empty table of personas": (
        BASE[: BASE.index("[personas.ayla]")] + "[personas]\n",
        ["there are no personas", "[personas.NAME]"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_sentence(tmp_path: Path, text: str, expected: list[str]) -> None:
    path = write(tmp_path, base=text)
    told = mistake(path)
    assert told.startswith(f"{path}: ")
    assert is_one_plain_sentence(told)
    assert [part for part in expected if part not in told] == []
    assert SECRET not in told


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    told = mistake(write(tmp_path, base=changed("age = 27", "age = 7").replace("seconds = 2", "seconds = 0")))
    assert [line.partition(": ")[2].partition(" ")[0] for line in told.splitlines()] == [
        "video.seconds",
        "personas.ayla.age",
    ]


def test_a_missing_file(tmp_path: Path) -> None:
    told = mistake(tmp_path / "nowhere.toml")
    assert is_one_plain_sentence(told)
    assert "nowhere.toml: there is no such file" in told


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    assert is_one_plain_sentence(mistake(tmp_path))
    (tmp_path / "latin.toml").write_bytes(b"# \xff\n")
    told = mistake(tmp_path / "latin.toml")
    assert "latin.toml: cannot be read" in told
    assert is_one_plain_sentence(told)


def test_keys_env_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "keys.env").write_bytes(b"SOME_KEY=\xff" + SECRET.encode())
    told = mistake(write(tmp_path))
    assert "keys.env: cannot be read" in told
    assert SECRET not in told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (MISTAKES["an unknown plugin"][0], 'did you mean "null"?'),
        (MISTAKES["a minor"][0], "18 or more"),
        (MISTAKES["no TOML"][0], "this is not TOML"),
        (MISTAKES["an unknown setting of a plugin"][0], 'did you mean "polls"?'),
    ],
)
def test_run_says_the_sentence_and_exits_with_2(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "bad.toml").write_text(text)
    done = hayal("run", "--config", "bad.toml", at=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("bad.toml: ")
    assert done.stderr.count("\n") == 1
    assert expected in done.stderr


def test_run_without_the_file_exits_with_2(tmp_path: Path) -> None:
    done = hayal("run", "--config", "nowhere.toml", at=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "there is no such file" in done.stderr


# --- what is right ---


def test_the_default_is_valid_and_needs_nothing() -> None:
    loaded = load(packaged_config(), {})
    config = loaded.config
    assert config.engine.messengers == ("web",)
    assert config.engine.prompt == config.engine.image == config.engine.video == ("studio",)
    assert (config.video.seconds, config.video.size, config.video.flirty_probability) == (5, Size(720, 1280), 0.5)
    assert (config.video.poll_interval, config.video.poll_attempts) == (2.0, 120)
    assert len(config.personas) >= 4
    assert set(load_plugins(loaded).parts["video_generators"]) == {"studio"}


def test_the_default_is_used_where_there_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    loaded = load(None, {})
    assert loaded.file == packaged_config()
    assert loaded.data == tmp_path / "data"


def test_a_list_is_a_chain(tmp_path: Path) -> None:
    config = load(write(tmp_path, base=changed('video = "null"', 'video = ["null", "studio"]')), {}).config
    assert config.engine.video == ("null", "studio")


@pytest.mark.parametrize("name", ["a", "ayla-2", "_", "0", "a" * 24])
def test_names_of_personas(tmp_path: Path, name: str) -> None:
    config = load(write(tmp_path, base=changed("[personas.ayla]", f"[personas.{name}]")), {}).config
    assert name in config.personas


# --- the environment ---


def with_environment(tmp_path: Path, **variables: str) -> Loaded:
    return load(write(tmp_path, "[plugins.null]\npolls = 1\nat_once = 4\n"), variables)


def null(loaded: Loaded) -> Any:
    return load_plugins(loaded).settings("null")


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    loaded = with_environment(
        tmp_path,
        HAYAL_ENGINE__VIDEO="studio,null",
        HAYAL_ENGINE__IMAGE='["null", "studio"]',
        HAYAL_ENGINE__PROMPT="null",
        HAYAL_ENGINE__FILE_DATA="true",
        HAYAL_VIDEO__SECONDS="8",
        HAYAL_VIDEO__SIZE="720x720",
        HAYAL_VIDEO__CHOICES="[2, 4]",
        HAYAL_PLUGINS__NULL__POLLS="3",
        HAYAL_PLUGINS__NULL__SECONDS="[5, 10]",
        HAYAL_PERSONAS__AYLA__AGE="44",
        hayal_log__level="debug",
    )
    engine, video = loaded.config.engine, loaded.config.video
    assert (engine.video, engine.image, engine.prompt) == (("studio", "null"), ("null", "studio"), ("null",))
    assert engine.file_data
    assert (video.seconds, video.size, video.choices, video.poll_interval) == (8, Size(720, 720), (2, 4), 0.01)
    assert loaded.config.log.level == "debug"
    assert [(persona.age, persona.name) for persona in loaded.config.personas.values()] == [(44, "Ayla"), (29, "Deniz")]
    settings = null(loaded)
    assert (settings.polls, settings.at_once, settings.seconds) == (3, 4, (5, 10))


def test_a_whole_section_from_the_environment(tmp_path: Path) -> None:
    persona = '{"name": "Mia", "age": 30, "gender": "woman", "look": "red hair"}'
    loaded = with_environment(tmp_path, HAYAL_VIDEO='{"seconds": 9}', HAYAL_PERSONAS__MIA=persona)
    assert loaded.config.video.seconds == 9
    assert set(loaded.config.personas) == {"ayla", "deniz", "mia"}


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("HAYAL_ENGINE__VIDEO", "nul", 'engine.video: "nul" is not an installed plugin; did you mean "null"?'),
        ("HAYAL_ENGINE__VIDEO", "null.fast", 'engine.video: "null.fast" is not one of the video generators'),
        ("HAYAL_VIDEO__SECONDS", "long", "video.seconds is 'long'; it should be a whole number"),
        ("HAYAL_VIDEO__CHOICES", "[2, 99]", "video.choices.1 is 99; it should be less than or equal to 60"),
        ("HAYAL_VIDEO", '{"seconds": 99}', "video.seconds is 99"),
        ("HAYAL_VIDEO", "fast", "video is 'fast'"),
        ("HAYAL_VIDEO__SECNDS", "5", '"secnds" is not a setting here; did you mean "seconds"?'),
        ("HAYAL_VIDOE__SECONDS", "5", '"vidoe" is not a section; did you mean "video"?'),
        ("HAYAL_PERSONAS__AYLA__AGE", "17", "personas.ayla.age is '17'; a persona is an adult"),
        ("HAYAL_PLUGINS__NULL__POLLS", "many", "plugins.null.polls is 'many'; it should be a whole number"),
        ("HAYAL_PLUGINS__NULL__POLS", "3", '"pols" is not a setting here; did you mean "polls"?'),
        ("HAYAL_PLUGINS__NUL__POLLS", "3", '"nul" is not an installed plugin; did you mean "null"?'),
    ],
)
def test_a_mistake_in_the_environment_names_the_variable(tmp_path: Path, name: str, value: str, expected: str) -> None:
    told = mistake(write(tmp_path), {name: value})
    assert told.startswith(f"environment variable {name}: ")
    assert expected in told
    assert is_one_plain_sentence(told)


def test_other_variables_are_nobodys_business(tmp_path: Path) -> None:
    with_environment(tmp_path, HAYAL_VERSION="1", HAYALET__X="2", PATH="/bin")


def test_keys_env_is_behind_the_environment(tmp_path: Path) -> None:
    (tmp_path / "keys.env").write_text("# keys\nHAYAL_VIDEO__SECONDS=7\nHAYAL_PLUGINS__NULL__POLLS=5\n")
    loaded = with_environment(tmp_path, HAYAL_PLUGINS__NULL__POLLS="6")
    assert loaded.config.video.seconds == 7
    assert null(loaded).polls == 6


# --- secrets ---


class Keyed(Settings):
    api_key: SecretStr = Field(json_schema_extra={"env": "SOME_KEY"})
    passes: SecretStr = SecretStr("")
    numbers: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _odd(self) -> Keyed:
        if self.numbers == (13,):
            raise ValueError("13 brings bad luck")
        return self


def keyed(tmp_path: Path, more: str = "", **environment: str) -> Keyed:
    settings = load(write(tmp_path, more), environment).plugin_settings("null", Keyed)
    assert isinstance(settings, Keyed)
    return settings


def test_a_field_is_filled_from_the_variable_it_names(tmp_path: Path) -> None:
    assert keyed(tmp_path, SOME_KEY=SECRET).api_key.get_secret_value() == SECRET
    file = "[plugins.null]\napi_key = 'of the file'\n"
    assert keyed(tmp_path, file, SOME_KEY=SECRET).api_key.get_secret_value() == "of the file"
    own = keyed(tmp_path, SOME_KEY="other", HAYAL_PLUGINS__NULL__API_KEY=SECRET)
    assert own.api_key.get_secret_value() == SECRET


def test_a_field_is_filled_from_keys_env(tmp_path: Path) -> None:
    (tmp_path / "keys.env").write_text(f"SOME_KEY={SECRET}${{HOME}}\n")
    assert keyed(tmp_path).api_key.get_secret_value() == f"{SECRET}${{HOME}}"


def test_a_missing_setting_names_the_variable_too(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        keyed(tmp_path)
    told = str(caught.value)
    assert told.endswith("[plugins.null] needs a value for api_key, or the environment variable SOME_KEY")
    assert is_one_plain_sentence(told)


@pytest.mark.parametrize(
    "more",
    [
        f"api_key = ['{SECRET}']",
        f"api_key.value = '{SECRET}'",
        f"api_key = '{SECRET}'\nnumbers = [13]",
        f"api_key = '{SECRET}'\nnumbers = '{SECRET}'",
        f"api_key = '{SECRET}'\nnumbers = ['{SECRET}']",
        f"passes = ['{SECRET}']\napi_key = 'x'",
        f"apikey = '{SECRET}'",
        f"api_key = '{SECRET}'\nsecrets = {{ a = '{SECRET}' }}",
    ],
)
def test_a_secret_is_in_no_error(tmp_path: Path, more: str) -> None:
    with pytest.raises(HayalError) as caught:
        keyed(tmp_path, f"[plugins.null]\n{more}\n")
    assert SECRET not in str(caught.value)
    assert "plugins.null" in str(caught.value)


def test_a_secret_of_the_environment_is_in_no_error(tmp_path: Path) -> None:
    for environment in (
        {"SOME_KEY": SECRET, "HAYAL_PLUGINS__NULL__NUMBERS": SECRET},
        {"SOME_KEY": SECRET, "HAYAL_VIDEO__SECONDS": SECRET},
        {"HAYAL_PLUGINS__NULL__API_KEY": f'{{"a": "{SECRET}"}}'},
        {"HAYAL_PLUGINS__NULL": f'{{"api_key": "{SECRET}", "numbers": "x"}}'},
    ):
        with pytest.raises(HayalError) as caught:
            keyed(tmp_path, **environment)
        assert SECRET not in str(caught.value)


def test_a_wrong_value_of_a_named_variable_names_it(tmp_path: Path) -> None:
    class Counted(Settings):
        count: int = Field(json_schema_extra={"env": "SOME_COUNT"})

    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path), {"SOME_COUNT": "many"}).plugin_settings("null", Counted)
    assert str(caught.value).startswith("environment variable SOME_COUNT: plugins.null.count is 'many'")
