"""The command `hayal`, in a process of its own."""

from __future__ import annotations

import gc
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hayal_null import picture

from harness import BASE, write
from hayal import __version__
from hayal.cli import main
from hayal.cli.schema import config_schema
from hayal.config import packaged_config
from terminal import hayal, install, python

SICK = """
from hayal import HayalError, ImageGenerator, hookimpl

class Sick(ImageGenerator):
    async def generate(self, request):
        raise AssertionError

    async def check(self):
        raise HayalError("the service says no")

class Broken(Sick):
    async def check(self):
        raise KeyError("oops")

class Stuck(Sick):
    async def __aenter__(self):
        raise OSError("the port is taken")

@hookimpl
def register_image_generators(register):
    register("sick", Sick)
    register("sick.broken", Broken)
    register("sick.stuck", Stuck)
"""


@pytest.fixture(autouse=True)
def _collecting() -> Iterator[None]:
    """`main` turns the collector off for its own start."""
    yield
    gc.enable()


# --- help ---


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("run",), ["--config", "Ctrl-C"]),
        (("doctor",), ["--config", "Exit code 1"]),
        (("plugins",), ["--config", "what each provides"]),
        (("config",), ["schema", "check"]),
        (("config", "schema"), ["JSON Schema"]),
        (("config", "check"), ["--config"]),
        (("try",), ["photo-prompt", "image", "video-prompt", "video"]),
        (("try", "photo-prompt"), ["--provider", "--persona", "--wish", "--seed"]),
        (("try", "image"), ["--provider", "--out", "--seed"]),
        (("try", "video-prompt"), ["--provider", "--seconds", "--flirty", "--json"]),
        (("try", "video"), ["--provider", "--from", "--out", "--seconds"]),
    ],
)
def test_help_of_every_subcommand(
    words: tuple[str, ...], expected: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["hayal", *words, "--help"])
    monkeypatch.setenv("TERMINAL_WIDTH", "200")
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    assert (ended.value.code, told.err) == (0, "")
    assert [word for word in expected if word not in told.out] == []


def test_help(tmp_path: Path) -> None:
    done = hayal("--help", at=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    for word in ["run", "doctor", "plugins", "config", "try", "--install-completion", "--version"]:
        assert word in done.stdout


def test_version(tmp_path: Path) -> None:
    done = hayal("--version", at=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"hayal {__version__}\n")


def test_completion_of_subcommands(tmp_path: Path) -> None:
    asked = {"_HAYAL_COMPLETE": "complete_bash", "COMP_WORDS": "hayal do", "COMP_CWORD": "1"}
    code = "import sys; sys.argv[0] = 'hayal'; from hayal.cli import main; main()"
    done = python(code, at=tmp_path, environment=asked)
    assert done.stdout.split() == ["doctor"]


@pytest.mark.parametrize("words", [("run", "--nonsense"), ("try", "song"), ("config",), ("config", "nonsense")])
def test_misuse_exits_with_2(words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["hayal", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2


def test_an_unknown_subcommand(tmp_path: Path) -> None:
    done = hayal("nonsense", at=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


# --- doctor, check, plugins ---


def test_doctor_says_that_all_is_well(tmp_path: Path) -> None:
    write(tmp_path)
    done = hayal("doctor", at=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "✓ Everything is in order.\n", "")
    assert not (tmp_path / "data").exists()


def test_doctor_says_each_problem_in_a_sentence(tmp_path: Path) -> None:
    install(tmp_path, "sick", SICK)
    install(tmp_path, "torn", "raise RuntimeError('torn\\nin two')")
    chain = '["sick", "sick.broken", "sick.stuck", "null"]'
    write(tmp_path, base=BASE.replace('image = "null"', f"image = {chain}\nplugins = []"))
    done = hayal("doctor", at=tmp_path, path=(tmp_path,))
    assert done.returncode == 1
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "✗ image generator sick: the service says no",
        "✗ image generator sick.broken: its check breaks: KeyError('oops')",
        "✗ image generator sick.stuck: it does not start: OSError('the port is taken')",
    ]
    write(tmp_path, base=BASE.replace('image = "null"', 'image = "null"\nplugins = ["torn"]'))
    done = hayal("doctor", at=tmp_path, path=(tmp_path,))
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == '✗ the plugin "torn" does not load: RuntimeError: torn in two\n'


@pytest.mark.parametrize(("more", "count"), [("[plugins.null]\npolls = 'x'\nat_once = 'y'\n", 2), ("[videos]\n", 1)])
def test_doctor_and_check_find_mistakes_of_the_configuration(tmp_path: Path, more: str, count: int) -> None:
    write(tmp_path, more)
    done = hayal("doctor", "-c", "config.toml", at=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert len(done.stdout.splitlines()) == count
    assert all(line.startswith("✗ config.toml: ") for line in done.stdout.splitlines())
    done = hayal("config", "check", at=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == count


def test_check_of_what_is_right(tmp_path: Path) -> None:
    write(tmp_path)
    done = hayal("config", "check", at=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "The configuration is valid.\n", "")


def test_plugins_are_listed(tmp_path: Path) -> None:
    install(tmp_path, "sick", SICK)
    install(tmp_path, "torn", "raise RuntimeError('torn')")
    write(tmp_path)
    done = hayal("plugins", at=tmp_path, path=(tmp_path,))
    assert (done.returncode, done.stderr) == (0, "")
    rows = {line.split()[0]: line.strip().split(maxsplit=3)[1:] for line in done.stdout.splitlines()}
    assert rows["null"][:2] == ["0", "yes"]
    assert "null (prompt writer)" in rows["null"][2]
    assert "null (video generator)" in rows["null"][2]
    assert rows["sick"][:2] == ["1.2", "no"]
    assert rows["torn"] == ["1.2", "no", "RuntimeError: torn"]


# --- schema ---


def test_the_schema_is_printed(tmp_path: Path) -> None:
    done = hayal("config", "schema", at=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == json.loads(json.dumps(config_schema()))


def test_the_schema_says_what_settings_are() -> None:
    schema = config_schema()
    assert schema["$schema"].startswith("https://json-schema.org/")
    sections = schema["properties"]
    assert set(sections) == {"engine", "video", "jobs", "log", "personas", "plugins"}
    assert set(sections["plugins"]["properties"]) >= {"null", "web", "studio"}
    assert sections["plugins"]["additionalProperties"] is False
    polls = sections["plugins"]["properties"]["null"]["properties"]["polls"]
    assert polls["default"] == 1
    assert polls["description"]
    video = schema["$defs"]["VideoConfig"]["properties"]
    assert all(setting["description"] for setting in video.values())
    assert all(setting["description"] for setting in schema["$defs"]["EngineConfig"]["properties"].values())


def fits(value: Any, schema: dict[str, Any], root: dict[str, Any], at: str = "") -> list[str]:
    """What of `value` does not fit: the part of JSON Schema that the configuration's schema uses."""
    if "$ref" in schema:
        target: Any = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return fits(value, target, root, at)
    if "anyOf" in schema:
        tried = [fits(value, option, root, at) for option in schema["anyOf"]]
        return [] if [] in tried else tried[0]
    kinds = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
        "null": type(None),
    }
    if "type" in schema and not isinstance(value, kinds[schema["type"]]):
        return [f"{at} is no {schema['type']}"]
    wrong = []
    if "enum" in schema and value not in schema["enum"]:
        wrong.append(f"{at} is none of {schema['enum']}")
    if "minimum" in schema and value < schema["minimum"]:
        wrong.append(f"{at} is too small")
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        wrong.append(f"{at} does not look right")
    if isinstance(value, list) and "items" in schema:
        wrong += [problem for n, one in enumerate(value) for problem in fits(one, schema["items"], root, f"{at}.{n}")]
    if isinstance(value, dict):
        wrong += [f"{at} lacks {name}" for name in schema.get("required", []) if name not in value]
        for name, one in value.items():
            more = schema.get("properties", {}).get(name, schema.get("additionalProperties", True))
            if more is False:
                wrong.append(f"{at}.{name} is unknown")
            elif more is not True:
                wrong += fits(one, more, root, f"{at}.{name}")
    return wrong


def test_the_default_fits_the_schema_and_mistakes_do_not() -> None:
    schema = json.loads(json.dumps(config_schema()))
    default = tomllib.loads(packaged_config().read_text())
    assert fits(default, schema, schema) == []
    assert fits(tomllib.loads(BASE), schema, schema) == []
    for mistake, problem in [
        ("[engine]\nvidoe = 'studio'", ".engine.vidoe is unknown"),
        ("[video]\nseconds = 'x'", ".video.seconds is no integer"),
        ("[video]\nsize = 'big'", ".video.size does not look right"),
        ("[plugins.wbe]", ".plugins.wbe is unknown"),
        ("[plugins.null]\npolls = 'x'", ".plugins.null.polls is no integer"),
        ("[personas.a]\nage = 17", ".personas.a.age is too small"),
    ]:
        assert problem in fits(tomllib.loads(mistake), schema, schema)


# --- try ---


def test_try_prompts(tmp_path: Path) -> None:
    write(tmp_path)
    done = hayal("try", "photo-prompt", "--provider", "null", "--persona", "deniz", "--wish", "at the sea", at=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Deniz by the window, soft light. at the sea\n"
    done = hayal("try", "video-prompt", "-p", "null", "--json", at=tmp_path)
    assert set(json.loads(done.stdout)) == {"style", "scene", "cinematography", "action", "sound"}
    done = hayal("try", "video-prompt", "Ayla on a boat", "-p", "null", at=tmp_path)
    assert done.stdout.startswith("Style: ")


def test_try_image(tmp_path: Path) -> None:
    write(tmp_path)
    done = hayal("try", "image", "--provider", "null", "--seed", "5", at=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("selfie.jpg  ")
    assert done.stdout.endswith(" seed 5\n")
    assert "making the picture" in done.stderr
    assert (tmp_path / "selfie.jpg").read_bytes() == picture(144, 256)
    hayal("try", "image", "a boat", "-o", "x.jpg", at=tmp_path)
    assert (tmp_path / "x.jpg").exists()


def test_try_video(tmp_path: Path) -> None:
    import av

    write(tmp_path, "[plugins.null]\nseconds = [3, 4]\n")
    (tmp_path / "me.jpg").write_bytes(picture(300, 300))
    done = hayal("try", "video", "--provider", "null", "--from", "me.jpg", "--seconds", "9", at=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("video.mp4  ")
    assert "9 seconds were asked for, 4 can be made" in done.stderr
    assert "making the video" in done.stderr
    with av.open(tmp_path / "video.mp4") as film:
        stream = film.streams.video[0]
        assert (stream.width, stream.height, (film.duration or 0) // 1_000_000) == (144, 256, 4)


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        (("image", "-p", "nul"), 2, 'did you mean "null"?'),
        (("image", "--persona", "aila"), 2, '"aila" is not a persona; did you mean "ayla"?'),
        (("video", "--from", "nowhere.jpg"), 2, "nowhere.jpg"),
        (("image", "a boat", "-p", "sick"), 1, "sick breaks: AssertionError()"),
        (("image", "-o", "no/such/folder.jpg"), 2, "no/such/folder.jpg: cannot be written: there is no such folder"),
    ],
)
def test_try_says_what_is_wrong(tmp_path: Path, words: tuple[str, ...], code: int, expected: str) -> None:
    install(tmp_path, "sick", SICK)
    write(tmp_path)
    done = hayal("try", *words, at=tmp_path, path=(tmp_path,))
    assert done.returncode == code
    assert expected in done.stderr
    assert "Traceback" not in done.stderr


# --- run ---


def test_run_tells_what_does_not_start(tmp_path: Path) -> None:
    install(tmp_path, "sick", SICK)
    write(tmp_path, base=BASE.replace('image = "null"', 'image = "sick.stuck"'))
    done = hayal("run", at=tmp_path, path=(tmp_path,))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    last = done.stderr.splitlines()[-1]
    assert last == "none of the configured image generators starts (sick.stuck: OSError('the port is taken'))"
