"""Plugins: found by entry point, imported only if enabled, left out with a reason if they do not work."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import anyio
import pytest
from hayal_null import script

from harness import BASE, person_at, write
from hayal import ConfigError, HayalError, JobEvent, PluginError, hooks
from hayal.config import load
from hayal.engine import Desk, open_engine
from hayal.plugins import KINDS, Plugins, load_plugins
from terminal import hayal, install, python

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]

Add = Callable[..., ModuleType | None]

GOOD = """
from hayal import Command, Failed, Moderator, Settings, VideoGenerator, hookimpl
from pathlib import Path

seen = []
asked = []
answer = True

class Mine(Settings):
    word: str = "hello"

class Videos(VideoGenerator):
    settings_type = Mine
    async def submit(self, request):
        raise Failed("no film today")
    async def poll(self, remote):
        raise Failed("no film today")
    async def download(self, remote):
        yield b""

class Judge(Moderator):
    settings_type = Mine
    async def allows(self, request):
        asked.append((request.about, request.text))
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, bool) else answer not in request.text

def say(request):
    if request.words == "break":
        raise KeyError("broken")
    return f"{request.language} {request.persona} {request.words or 'nothing'}"

@hookimpl
def register_video_generators(register):
    register("good", Videos)
    register("good.other", Videos)

@hookimpl
def register_moderators(register):
    register("good", Judge)

@hookimpl
def register_commands(register):
    register(Command("fortune", "good-fortune", say, menu="good-menu"))
    register(Command("start", "good-fortune", say))

@hookimpl
def register_locales(register):
    register(Path(__file__).parent / "texts")

@hookimpl
def register_routes(register):
    register("/good", "an application")

@hookimpl
def register_cli(register):
    def greet(name: str, loudly: bool = False) -> None:
        "Greet somebody."
        print(name.upper() if loudly else name)
    register("greet", greet)

@hookimpl
def on_job_event(event):
    seen.append(event)
"""

LOCALES = {
    "en": "good-fortune = what tomorrow brings\ngood-menu = 🔮 Fortune\nmenu = never shown",
    "tr": "good-fortune = yarın ne getirir\ngood-menu = 🔮 Fal",
    "ru": "good-fortune = что будет завтра\ngood-menu = 🔮 Гадание",
}


@pytest.fixture
def add(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Add:
    """Installs a plugin into a folder that is on the path for one test."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    for language, texts in LOCALES.items():
        (folder / "texts" / language).mkdir(parents=True)
        (folder / "texts" / language / "good.ftl").write_text(texts)

    def add(name: str, source: str) -> None:
        install(folder, name, source)

    return add


def module_of(name: str) -> Any:
    """The module of the plugin `name` that was imported last."""
    return [module for key, module in sys.modules.items() if key.startswith(f"made_{name}_")][-1]


def enabling(tmp_path: Path, *names: str, require: tuple[str, ...] = (), base: str = BASE) -> Path:
    lists = f"plugins = {list(names)}\nrequire = {list(require)}\n[video]"
    return write(tmp_path, base=base.replace("[video]", lists, 1))


def loaded(path: Path) -> Plugins:
    return load_plugins(load(path, {}))


# --- what is imported ---


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", ["hayal_null"]),
        ('video = "null"', 'video = ["null", "studio"]', ["hayal_null", "hayal_studio"]),
        ('spare_prompt = ""', 'spare_prompt = "studio"', ["hayal_null", "hayal_studio"]),
    ],
)
def test_only_enabled_plugins_are_imported(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    install(tmp_path, "other", "raise SystemExit('imported')")
    write(tmp_path, base=BASE.replace(old, new, 1))
    code = """
import sys
from hayal.config import load
from hayal.plugins import load_plugins
load_plugins(load())
print(*sorted(name for name in sys.modules if name.startswith(("hayal_", "made_")) and "." not in name))
"""
    done = python(code, at=tmp_path, path=(tmp_path,))
    assert (done.stderr, done.stdout.split()) == ("", expected)


def test_names_of_parts_with_a_dot_belong_to_the_plugin(tmp_path: Path, add: Add) -> None:
    add("good", GOOD)
    plugins = loaded(write(tmp_path, base=BASE.replace('video = "null"', 'video = "good.other"')))
    assert set(plugins.parts["video_generators"]) == {"good", "good.other", "null"}
    assert plugins.make("video_generators", "good.other").host.plugin == "good"


# --- plugins that do not work ---

HEAD = "from hayal import Command, Settings, VideoGenerator, ImageGenerator, Moderator, hookimpl\n"
BROKEN = {
    "does not import": ("import nothing_like_this", "ModuleNotFoundError: No module named 'nothing_like_this'"),
    "is no Python": ("def", "SyntaxError: invalid syntax"),
    "registers a wrong class": (
        "@hookimpl\ndef register_video_generators(register):\n    register('bad', ImageGenerator)",
        "what it registers as bad is not a VideoGenerator",
    ),
    "registers no class": (
        "@hookimpl\ndef register_moderators(register):\n    register('bad', 'me')",
        "what it registers as bad is not a Moderator",
    ),
    "registers a name that is not its own": (
        "@hookimpl\ndef register_video_generators(register):\n    register('null', VideoGenerator)",
        'it registers "null"; its names are "bad" or begin with "bad."',
    ),
    "implements an unknown hook": (
        "@hookimpl\ndef register_songs(register):\n    pass",
        "it implements register_songs, which is no hook of hayal",
    ),
    "takes what a hook does not give": ("@hookimpl\ndef register_commands(nonsense):\n    pass", "nonsense"),
    "raises while registering": (
        "@hookimpl\ndef register_commands(register):\n    raise KeyError('oops')",
        "KeyError: 'oops'",
    ),
    "has two settings": (
        """
class A(ImageGenerator):
    settings_type = type('S', (Settings,), {})
@hookimpl
def register_image_generators(register):
    register('bad', A)
@hookimpl
def register_moderators(register):
    register('bad', Moderator)
""",
        'the parts of the plugin "bad" have different settings_type; they share one',
    ),
    "registers no command": (
        "@hookimpl\ndef register_commands(register):\n    register('fortune')",
        "'fortune' is not a Command",
    ),
    "registers a command nobody can type": (
        "@hookimpl\ndef register_commands(register):\n    register(Command('Two Words', 'x', str))",
        "whose name is lower case",
    ),
    "lacks texts": (
        "from pathlib import Path\n@hookimpl\ndef register_locales(register):\n    register(Path(__file__).parent)",
        "there are no texts in site/en",
    ),
    "registers a route without a slash": (
        "@hookimpl\ndef register_routes(register):\n    register('x', None)",
        'the route "x" does not begin with "/"',
    ),
}
REST = """
@hookimpl
def on_job_event(event):
    raise AssertionError
@hookimpl
def register_cli(register):
    register("bad", print)
"""


@pytest.mark.parametrize(("source", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_plugin_that_does_not_load_is_left_out_whole(tmp_path: Path, add: Add, source: str, reason: str) -> None:
    add("bad", HEAD + source + REST)
    add("good", GOOD)
    plugins = loaded(enabling(tmp_path, "bad", "good"))
    assert list(plugins.problems) == ["bad"]
    assert reason in plugins.problems["bad"]
    assert "\n" not in plugins.problems["bad"]
    for kind in KINDS:
        assert "bad" not in plugins.parts[kind]
    assert "good" in plugins.parts["moderators"]
    assert [word for word, _ in plugins.cli] == ["greet"]
    assert len(plugins.commands) == 2
    plugins.event(JobEvent("job_begun", "j", "selfie"))
    assert len(module_of("good").seen) == 1
    with pytest.raises(PluginError, match='the required plugin "bad" does not load: ') as caught:
        loaded(enabling(tmp_path, "bad", require=("bad",)))
    assert reason in str(caught.value)


async def test_a_broken_plugin_does_not_keep_the_others_from_working(tmp_path: Path, add: Add) -> None:
    add("bad", "import nothing_like_this")
    base = BASE.replace('video = "null"', 'video = ["bad", "null"]')
    async with person_at(enabling(tmp_path, "bad", base=base)) as person:
        await person.begin()
        await person.do(tap="video new")
        await person.media("video")
        health = await person.messenger.desk.health()
        assert "nothing_like_this" in health["bad"]


async def test_nothing_starts_if_nothing_else_is_left_of_a_kind(tmp_path: Path, add: Add) -> None:
    add("bad", "import nothing_like_this")
    path = write(tmp_path, base=BASE.replace('video = "null"', 'video = "bad"'))
    with pytest.raises(PluginError) as caught:
        async with open_engine(load(path, {})):
            pass
    assert str(caught.value).startswith("none of the configured video generators starts (bad: the plugin")
    assert "nothing_like_this" in str(caught.value)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("async def __aenter__(self): raise OSError('the port is taken')", "the port is taken"),
        ("async def __aenter__(self): raise HayalError('no licence')", "no licence"),
        ("def __init__(self, settings, host): raise KeyError('no room')", "no room"),
        ("settings_type = None", "different settings_type"),
        ("poll = VideoGenerator.poll", "abstract"),
    ],
)
async def test_a_part_that_does_not_start_is_left_out(tmp_path: Path, add: Add, body: str, reason: str) -> None:
    source = GOOD.replace("from hayal import", "from hayal import HayalError,")
    add("stuck", source.replace('"good', '"stuck') + f"\nclass Stuck(Videos):\n    {body}\nVideos = Stuck\n")
    base = BASE.replace('video = "null"', 'video = ["stuck.other", "null"]')
    async with person_at(write(tmp_path, base=base)) as person:
        await person.begin()
        await person.do(tap="video new")
        await person.media("video")
        problems = " ".join((await person.messenger.desk.health()).values())
        assert reason in problems
    with pytest.raises(PluginError, match=re.escape(reason)):
        async with open_engine(load(enabling(tmp_path, require=("stuck",), base=base), {})):
            pass
    alone = BASE.replace('video = "null"', 'video = "stuck.other"')
    with pytest.raises(HayalError, match=re.escape(reason)):
        async with open_engine(load(write(tmp_path, base=alone), {})):
            pass


async def test_wrong_settings_stop_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"plugins\.null\.polls is 'x'"):
        async with open_engine(load(write(tmp_path, "[plugins.null]\npolls = 'x'\n"), {})):
            pass


async def test_a_moderator_that_does_not_start_stops_the_start(tmp_path: Path, add: Add) -> None:
    add("good", GOOD + "\nJudge.__aenter__ = None\n")
    with pytest.raises(PluginError, match="a moderator does not start"):
        async with open_engine(load(enabling(tmp_path, "good"), {})):
            pass


# --- what plugins add ---


async def test_moderators_are_asked_about_talk_wishes_and_prompts(tmp_path: Path, add: Add) -> None:
    add("good", GOOD)
    async with person_at(enabling(tmp_path, "good")) as person:
        await person.begin()
        await person.do(text="how are you?")
        await person.shown("Ayla: how are you?")
        await person.do(text="/video on a boat")
        ask = await person.until(lambda post: post.key.endswith(".ask"))
        await person.do(tap=ask.message.buttons[0][1].tap)
        await person.media("video")
        asked = module_of("good").asked
        assert [about for about, _ in asked] == ["talk", "reply", "wish", "prompt", "prompt"]
        assert [text for _, text in asked[:3]] == ["how are you?", "Ayla: how are you?", "on a boat"]
        assert "Ayla by the window" in asked[3][1]
        assert "Background sound" in asked[4][1]


@pytest.mark.parametrize("verdict", [False, HayalError("busy"), KeyError("a bug"), "by the window"])
async def test_what_a_moderator_does_not_allow_is_not_made(tmp_path: Path, add: Add, verdict: Any) -> None:
    add("good", GOOD)
    async with person_at(enabling(tmp_path, "good")) as person:
        module_of("good").answer = verdict
        await person.begin()
        await person.do(text="a selfie at the sea")
        await person.told("error-refused")
        if not isinstance(verdict, str):
            await person.do(text="how are you?")
            await person.until(
                lambda post: post.message.text == person.text("error-refused") and not post.message.buttons
            )
            assert not script.asked["photo_prompt"]
            assert not script.asked["reply"]
        assert not script.asked["generate"]
        module_of("good").answer = True
        await person.do(text="a selfie in the park")
        await person.media("image")


@pytest.mark.parametrize(("language", "label"), [("en", "🔮 Fortune"), ("tr", "🔮 Fal"), ("ru", "🔮 Гадание")])
async def test_commands_texts_and_menu(tmp_path: Path, add: Add, language: str, label: str) -> None:
    add("good", GOOD)
    async with person_at(enabling(tmp_path, "good")) as person:
        person.language = language
        await person.do(text="/fortune")
        await person.told("welcome")
        await person.begin("deniz")
        await person.do(text="/help")
        description = LOCALES[language].partition("\n")[0].partition(" = ")[2]
        told = await person.shown(f"/fortune: {description}")
        assert "/start: " not in told.message.text
        assert told.message.menu is not None
        assert told.message.menu[-1] == (label,)
        await person.do(text="/fortune of a sailor")
        await person.shown(f"{language} deniz of a sailor")
        await person.do(text=label)
        await person.shown(f"{language} deniz nothing")
        await person.do(text="/start")
        await person.told("menu", name="Deniz")
        await person.do(text="/fortune break")
        await person.told("error-unexpected")
        assert not any(re.search("Traceback|KeyError|never shown", text) for text in person.texts())


async def test_routes_are_handed_to_messengers(tmp_path: Path, add: Add) -> None:
    add("good", GOOD)
    async with person_at(enabling(tmp_path, "good")) as person:
        desk = person.messenger.desk
        assert isinstance(desk, Desk)
        assert desk.routes == (("/good", "an application"),)
        assert desk.say("tr", "good-menu") == "🔮 Fal"


def test_subcommands(tmp_path: Path) -> None:
    source = GOOD.replace('register(Path(__file__).parent / "texts")', "pass")
    install(tmp_path, "good", source)
    enabling(tmp_path, "good")
    told = hayal("--help", at=tmp_path, path=(tmp_path,)).stdout
    assert re.search(r"greet\s+Greet somebody\.", told)
    done = hayal("greet", "Ayla", "--loudly", at=tmp_path, path=(tmp_path,))
    assert (done.returncode, done.stdout, done.stderr) == (0, "AYLA\n", "")
    write(tmp_path)
    done = hayal("greet", "Ayla", at=tmp_path, path=(tmp_path,))
    assert done.returncode == 2
    assert "greet" in done.stderr


async def test_observers_see_jobs_and_cannot_stop_them(tmp_path: Path, add: Add) -> None:
    noisy = "from hayal import hookimpl\n@hookimpl\ndef on_job_event():\n    raise RuntimeError('loud')\n"
    for name in ("loud", "noisy"):
        add(name, noisy)
    add("good", GOOD)
    async with person_at(enabling(tmp_path, "loud", "good", "noisy")) as person:
        await person.begin()
        await person.do(text="send a selfie")
        await person.media("image")
        await person.told("status-ready")
        seen: list[JobEvent] = module_of("good").seen
        with anyio.fail_after(10):
            while seen[-1].name != "job_ended":
                await anyio.lowlevel.checkpoint()
    assert (seen[0].name, seen[0].flow) == ("job_begun", "selfie")
    assert (seen[-1].name, seen[-1].state) == ("job_ended", "done")
    assert {event.job_id for event in seen} == {seen[0].job_id}
    recorded = [event.step for event in seen if event.name == "step_recorded"]
    assert recorded == ["photo prompt", "moderate photo prompt", "picture null", "look null", "deliver"]
    assert [event.step for event in seen if event.name == "step_intended"] == ["picture null"]


# --- hooks: each tested, each documented ---

HOOKS = sorted(name for name, value in inspect.getmembers(hooks) if getattr(value, "hayal_spec", None) is not None)


def test_the_hooks_are_found() -> None:
    assert {f"register_{kind}" for kind in KINDS} < set(HOOKS)
    assert {"on_job_event", "register_cli", "register_commands", "register_locales", "register_routes"} < set(HOOKS)


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_is_exercised_by_a_test(name: str) -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py")]
    assert any(re.search(rf"^def {name}\(", source, re.MULTILINE) for source in sources)


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_is_documented(name: str) -> None:
    assert inspect.getdoc(getattr(hooks, name))
    path = ROOT / "docs" / "plugins.md"
    page = path.read_text("utf-8") if path.is_file() else ""
    assert re.search(rf"^#+ .*\b{name}\b", page, re.MULTILINE), f"docs/plugins.md has no heading for {name}"
