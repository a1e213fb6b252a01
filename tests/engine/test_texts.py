"""The texts in three languages: complete, used, and fit to be read on a phone."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

import hayal
from hayal.chat import clean
from hayal.conversation.router import BEFORE_CONSENT, COMMANDS, MENU
from hayal.errors import HayalError
from hayal.texts import LANGUAGES, Texts, engine_locales
from hayal.wishes import wish_in

SAMPLES: dict[str, Any] = {
    "name": "Ayla",
    "count": 3,
    "seconds": 5,
    "wanted": 7,
    "percent": 42,
    "flirty": "50%",
    "day": 2,
    "month": 3,
    "year": 2026,
    "time": "08:20",
    "provider": "sora",
    "kind": "video",
    "reason": "404: it is gone",
}
"""A value for every variable there is."""

FAMILIES = {
    "menu-": {f"menu-{name}" for row in MENU for name in row},
    "language-": {f"language-{language}" for language in LANGUAGES},
    "content-": {"content-selfie", "content-video"},
    "words-": {"words-yes", "words-no"},
    "button-prompts-": {"button-prompts-on", "button-prompts-off"},
}
"""Ids that the code puts together, by how they begin."""

SAYING = {
    "text": (0,),
    "tell": (0,),
    "button": (0,),
    "status": (0,),
    "say": (0, 1),
    "variant": (1,),
    "debug_note": (2,),
}
"""Which arguments of these functions are ids."""

GIVEN_BY_STATUS = {"name", "percent"}
"""Values that `Job.status` adds to its own."""

ID = re.compile(r"[a-z]+(?:-[a-z0-9]+)*")
PER_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
TRANSLATED = pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])


# --- the files ---


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()
        self.referred: set[str] = set()

    def visit_VariableReference(self, node: Any) -> None:  # noqa: N802 (the parser's own name)
        self.names.add(node.id.name)

    def visit_MessageReference(self, node: Any) -> None:  # noqa: N802
        self.referred.add(node.id.name)


def parsed(language: str) -> list[Any]:
    parser = FluentParser()
    paths = sorted((engine_locales() / language).glob("*.ftl"))
    return [entry for path in paths for entry in parser.parse(path.read_text("utf-8")).body]


def variables_of(language: str) -> dict[str, set[str]]:
    """The variables of every text, with those of texts it refers to."""
    found: dict[str, _Variables] = {}
    for entry in parsed(language):
        if isinstance(entry, ftl.Message):
            seen = found[entry.id.name] = _Variables()
            seen.visit(entry)
    return {
        text_id: seen.names.union(*(found[other].names for other in seen.referred)) for text_id, seen in found.items()
    }


def source(language: str) -> str:
    return "\n".join(path.read_text("utf-8") for path in sorted((engine_locales() / language).glob("*.ftl")))


ENGLISH = variables_of("en")


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts()


def said(texts: Texts, language: str, text_id: str, **values: Any) -> str:
    return texts.say(language, text_id, **{name: (SAMPLES | values)[name] for name in ENGLISH[text_id]})


def all_said(texts: Texts, language: str) -> dict[str, str]:
    return {text_id: said(texts, language, text_id) for text_id in ENGLISH}


@PER_LANGUAGE
def test_every_line_is_fluent(language: str) -> None:
    junk = [entry.content for entry in parsed(language) if isinstance(entry, ftl.Junk)]
    assert not junk


@PER_LANGUAGE
def test_no_id_is_written_twice(language: str) -> None:
    ids = [entry.id.name for entry in parsed(language) if isinstance(entry, ftl.Message)]
    assert sorted(set(ids)) == sorted(ids)


@TRANSLATED
def test_every_language_has_the_same_texts_with_the_same_variables(language: str) -> None:
    assert variables_of(language) == ENGLISH


@TRANSLATED
def test_every_text_is_translated(texts: Texts, language: str) -> None:
    english = all_said(texts, "en")
    same = {text_id for text_id, text in all_said(texts, language).items() if text == english[text_id]}
    assert same - {"percent-short"} == FAMILIES["language-"] | FAMILIES["content-"]


@PER_LANGUAGE
def test_every_text_comes_out_whole(texts: Texts, language: str) -> None:
    for text_id, text in all_said(texts, language).items():
        assert text.strip() == text != "", text_id
        assert text != text_id
        assert not re.search(r"[{}$]|->|\*\[|  | \n", text), f"{text_id}: {text}"


@PER_LANGUAGE
def test_every_variable_is_read(texts: Texts, language: str) -> None:
    for text_id, names in ENGLISH.items():
        for name in names:
            other = {"name": "Deniz", "flirty": "75%", "time": "21:05"}.get(name, 9)
            assert said(texts, language, text_id) != said(texts, language, text_id, **{name: other}), text_id


# --- the code ---


def _ids(node: ast.expr) -> Iterator[str]:
    """The ids an argument may be; of one put together only its beginning, with a "*"."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _ids(node.body)
        yield from _ids(node.orelse)
    elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        yield str(node.values[0].value) + "*"


def _trees() -> Iterator[ast.Module]:
    for path in sorted(Path(hayal.__file__).parent.rglob("*.py")):
        if "migrations" not in path.parts:
            yield ast.parse(path.read_text("utf-8"))


def _sayings() -> Iterator[tuple[str, set[str]]]:
    """Ids in calls that say something, and the names of the values given."""
    for tree in _trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "sa":
                continue  # SQL
            given = {keyword.arg for keyword in node.keywords if keyword.arg}
            given |= GIVEN_BY_STATUS if name == "status" else set()
            for place in SAYING.get(name, ()):
                for text_id in _ids(node.args[place]) if place < len(node.args) else ():
                    yield (f"{text_id}-1" if name == "variant" else text_id), given


def _of_errors(error: type[HayalError] = HayalError) -> Iterator[str]:
    yield error.text_id
    for kind in error.__subclasses__():
        yield from _of_errors(kind)


def _assigned() -> Iterator[str]:
    """`text_id = "…"`, of errors that no module imported here defines too."""
    for tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id == "text_id" for target in node.targets
            ):
                yield from (text_id for text_id in _ids(node.value) if not text_id.endswith("*"))


SAYINGS = [(text_id, given) for text_id, given in _sayings() if not text_id.endswith("*")]
PUT_TOGETHER = {text_id.removesuffix("*") for text_id, _ in _sayings() if text_id.endswith("*")}
USED = {text_id for text_id, _ in SAYINGS} | {*_of_errors(), *_assigned()} | set().union(*FAMILIES.values())


def test_the_calls_are_found() -> None:
    assert {"welcome", "status-queued", "status-begun", "hello-1", "note-seconds", "debug-photo-prompt"} <= USED
    assert all(ID.fullmatch(text_id) for text_id in USED)


def test_every_text_the_code_says_exists(texts: Texts) -> None:
    assert {text_id for text_id in USED if not texts.has(text_id)} == set()


def test_ids_are_put_together_in_known_ways_only() -> None:
    assert set(FAMILIES) >= PUT_TOGETHER


def test_every_text_is_said_somewhere() -> None:
    variants = tuple(text_id.removesuffix("1") for text_id, _ in SAYINGS if text_id.endswith("-1"))
    unused = {
        text_id
        for text_id in set(ENGLISH) - USED
        if not any(text_id.startswith(stem) and text_id.removeprefix(stem).isdecimal() for stem in variants)
    }
    assert unused == set()


def test_the_code_gives_every_variable() -> None:
    for text_id, given in SAYINGS:
        stem = text_id.removesuffix("1") if text_id.endswith("-1") else text_id
        for one in [text_id, *(other for other in ENGLISH if stem.endswith("-") and other.startswith(stem))]:
            if not one.startswith("content-"):
                assert ENGLISH.get(one, set()) <= given, one
    for text_id in {*_of_errors(), *_assigned(), *FAMILIES["menu-"], *FAMILIES["button-prompts-"]}:
        assert ENGLISH[text_id] == set(), text_id


@pytest.mark.parametrize("stem", ["hello", "caption-selfie"])
def test_variants_are_numbered_without_a_gap_and_all_come_up(texts: Texts, stem: str) -> None:
    numbers = sorted(int(text_id[len(stem) + 1 :]) for text_id in ENGLISH if re.fullmatch(rf"{stem}-\d+", text_id))
    assert numbers == list(range(1, len(numbers) + 1))
    for language in LANGUAGES:
        assert len({texts.variant(language, stem, seed, name="Ayla") for seed in range(len(numbers))}) == len(numbers)


# --- the menu ---


def labels(texts: Texts) -> list[tuple[str, str, str]]:
    return [
        (language, name, texts.say(language, f"menu-{name}")) for language in LANGUAGES for row in MENU for name in row
    ]


def test_a_label_of_the_menu_means_one_command(texts: Texts) -> None:
    commands = {label: name for _, name, label in labels(texts)}
    assert len(commands) == len(labels(texts))
    assert set(commands.values()) <= set(COMMANDS)


def test_labels_of_the_menu_fit_a_phone_and_come_back_as_they_were_sent(texts: Texts) -> None:
    for _, _, label in labels(texts):
        assert len(label) <= 24
        assert "\n" not in label
        assert not label.startswith("/")
        assert clean(label).strip() == label == unicodedata.normalize("NFC", label)


def test_the_labels_for_media_are_understood_without_the_picture_before_them(texts: Texts) -> None:
    for _, name, label in labels(texts):
        if name in {"selfie", "video"}:
            wish = wish_in(label.partition(" ")[2])
            assert wish is not None, label
            assert wish.want == name


def test_what_the_product_fixed(texts: Texts) -> None:
    assert texts.say("tr", "menu-video") == "🎬 Video gönder"
    assert texts.say("ru", "menu-video") == "🎬 Отправь видео"
    assert texts.say("ru", "caption-video") == "Вот моё видео! 🎥💕"


@PER_LANGUAGE
def test_buttons_are_short_and_begin_with_the_same_picture(texts: Texts, language: str) -> None:
    def picture(text: str) -> str:
        return text.partition(" ")[0] if not text[0].isalnum() else ""

    for text_id in ENGLISH:
        if text_id.startswith(("button-", "menu-", "language-")) and text_id not in {"language-ask", "language-set"}:
            label = said(texts, language, text_id)
            assert len(label) <= 24, label
            assert picture(label) == picture(said(texts, "en", text_id)), label
    # up to six of them in a row, one with "✓ " before it
    for text_id in ("flirty-off", "seconds-short", "percent-short"):
        assert len(said(texts, language, text_id)) <= 6


# --- help, and the first thing people read ---


@PER_LANGUAGE
def test_help_names_the_commands_as_they_are(texts: Texts, language: str) -> None:
    named = set(re.findall(r"/([a-z]+)", texts.say(language, "help")))
    assert named == set(COMMANDS) - {"start", "help"}


@PER_LANGUAGE
def test_texts_name_only_commands_that_exist(texts: Texts, language: str) -> None:
    for text_id, text in all_said(texts, language).items():
        assert set(re.findall(r"(?<!\w)/([a-z]+)", text)) <= set(COMMANDS), text_id
    assert "/start" in texts.say(language, "forgotten")
    assert "start" in BEFORE_CONSENT


@PER_LANGUAGE
def test_the_examples_in_help_are_understood(texts: Texts, language: str) -> None:
    examples = re.findall(r"[“«]([^/][^”»]*)[”»]", texts.say(language, "help"))
    wishes = [wish_in(example) for example in examples]
    assert [wish and wish.want for wish in wishes] == ["selfie", "video"]
    assert wishes[0]
    assert wishes[0].about


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("fictional", "adults", "computer", "18")),
        ("tr", ("kurgusal", "yetişkin", "bilgisayar", "18")),
        ("ru", ("вымышленными", "взрослые", "компьютер", "18")),
    ],
)
def test_the_welcome_says_what_this_is(texts: Texts, language: str, words: tuple[str, ...]) -> None:
    welcome = texts.say(language, "welcome")
    assert [word for word in words if word not in welcome] == []


# --- numbers ---


@pytest.mark.parametrize(
    ("number", "length", "lasts", "instead", "requests"),
    [
        (1, "1 секунда", "1 секунду", "1 секунды", "твоей прошлой просьбой"),
        (2, "2 секунды", "2 секунды", "2 секунд", "2 твои просьбы"),
        (4, "4 секунды", "4 секунды", "4 секунд", "4 твои просьбы"),
        (5, "5 секунд", "5 секунд", "5 секунд", "5 твоих просьб"),
        (11, "11 секунд", "11 секунд", "11 секунд", "11 твоих просьб"),
        (12, "12 секунд", "12 секунд", "12 секунд", "12 твоих просьб"),
        (21, "21 секунда", "21 секунду", "21 секунды", "21 твоя просьба"),
        (22, "22 секунды", "22 секунды", "22 секунд", "22 твои просьбы"),
    ],
)
def test_russian_numbers(texts: Texts, number: int, length: str, lasts: str, instead: str, requests: str) -> None:
    assert f"Длина видео: {length}\n" in said(texts, "ru", "settings", seconds=number)
    note = said(texts, "ru", "note-seconds", seconds=number, wanted=8)
    assert note == f"ℹ️ Вместо 8 секунд это видео будет длиться {lasts}."
    note = said(texts, "ru", "note-seconds", seconds=8, wanted=number)
    assert note == f"ℹ️ Вместо {instead} это видео будет длиться 8 секунд."
    assert f" {requests}. " in said(texts, "ru", "too-many-jobs", count=number)


@pytest.mark.parametrize(
    ("number", "english"), [(1, "1 second"), (2, "2 seconds"), (5, "5 seconds"), (21, "21 seconds")]
)
def test_english_and_turkish_numbers(texts: Texts, number: int, english: str) -> None:
    assert f"video: {english}\n" in said(texts, "en", "settings", seconds=number)
    assert said(texts, "en", "note-seconds", seconds=number).endswith(f"will be {english} long.")
    assert f"Instead of {english}," in said(texts, "en", "note-seconds", wanted=number)
    assert f"süresi: {number} saniye\n" in said(texts, "tr", "settings", seconds=number)
    assert f" {number} saniye olacak." in said(texts, "tr", "note-seconds", seconds=number)


def test_every_russian_selector_has_every_plural_form() -> None:
    class Selectors(Visitor):
        def visit_SelectExpression(self, node: Any) -> None:  # noqa: N802 (the parser's own name)
            keys = {getattr(variant.key, "name", variant.key) for variant in node.variants}
            assert keys >= {"one", "few", "many", "other"}

    for entry in parsed("ru"):
        Selectors().visit(entry)


def test_percent_is_written_as_each_language_does(texts: Texts) -> None:
    assert said(texts, "en", "status-filming", percent=0).endswith(" 0%")
    assert said(texts, "tr", "status-filming", percent=100).endswith(" %100")
    assert said(texts, "ru", "status-filming", percent=7).endswith(" 7%")
    assert [said(texts, language, "percent-short", percent=50) for language in LANGUAGES] == ["50%", "%50", "50%"]


@pytest.mark.parametrize(
    ("language", "moments"),
    [
        ("en", ["22 Nov 2026, 08:20", "1 Jan 2027, 00:05", "31 Dec 2026, 23:59"]),
        ("tr", ["22.11.2026 08:20", "01.01.2027 00:05", "31.12.2026 23:59"]),
        ("ru", ["22.11.2026 08:20", "01.01.2027 00:05", "31.12.2026 23:59"]),
    ],
)
def test_moments_are_written_as_each_language_does(texts: Texts, language: str, moments: list[str]) -> None:
    of = [(22, 11, 2026, "08:20"), (1, 1, 2027, "00:05"), (31, 12, 2026, "23:59")]
    assert [
        texts.say(language, "moment", day=day, month=month, year=year, time=time) for day, month, year, time in of
    ] == moments


def test_every_month_has_its_name(texts: Texts) -> None:
    assert len({texts.say("en", "moment", day=1, month=month, year=2026, time="") for month in range(1, 13)}) == 12


# --- the way it is written ---


@pytest.mark.parametrize(("language", "never"), [("en", '«»"„'), ("tr", "«»\"„'`"), ("ru", "“”„\"'`’")])
def test_quotes_are_those_of_the_language(texts: Texts, language: str, never: str) -> None:
    for text_id, text in all_said(texts, language).items():
        assert not set(text) & set(never), f"{text_id}: {text}"
        assert "..." not in text
        assert " - " not in text


@PER_LANGUAGE
def test_names_are_never_inflected(language: str) -> None:
    assert re.findall(r"\{ \$name \}[\w'’-]+", source(language)) == []
    prepositions = "для с со к ко о об у от из на в во за по про при без перед над под между через"
    assert re.findall(rf"(?i)\b(?:{prepositions.replace(' ', '|')}) \{{ \$name \}}", source("ru")) == []


def test_nobody_is_taken_for_a_man_or_a_woman(texts: Texts) -> None:
    about_people = re.compile(
        r"(?i)\b(?:ты|я|тебя|меня)\b[^.!?,:\n]*\b\w+(?:л|ла|лся|лась)\b|\w\((?:а|ла|ась)\)|/(?:а|ла)\b"
    )
    for text_id, text in all_said(texts, "ru").items():
        assert not about_people.search(text), f"{text_id}: {text}"
        if "name" in ENGLISH[text_id]:
            assert not re.search(r"Ayla \w+(?:л|ла|лся|лась)\b", text), f"{text_id}: {text}"


@pytest.mark.parametrize(
    ("language", "formal"),
    [
        ("ru", r"\b(?:вы|вас|вам|вами|ваш\w*|\w+(?:йте|ите)(?:сь)?)\b"),
        ("tr", r"\b(?:siz\w*|\w+(?:ınız|iniz|unuz|ünüz))\b"),
    ],
)
def test_people_are_spoken_to_as_friends(texts: Texts, language: str, formal: str) -> None:
    for text_id, text in all_said(texts, language).items():
        assert not re.search(formal, text, re.IGNORECASE), f"{text_id}: {text}"
