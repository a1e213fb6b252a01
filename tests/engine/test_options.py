"""Choosing without buttons: by number, by the words of a label, in any language; and what is no choice at all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hayal_null import NullMessenger, script

from harness import Person, person_at, write
from hayal import MessengerCapabilities
from hayal.chat import Button, Card, Message
from hayal.options import choice, lay_out, options_of
from hayal.texts import LANGUAGES, Texts

TEXTS = Texts()


def asked(language: str = "en") -> Message:
    last, new = TEXTS.say(language, "button-from-selfie"), TEXTS.say(language, "button-new-video")
    rows = ((Button(label=last, tap="video last 1"), Button(label=new, tap="video new 1")),)
    return Message(text=TEXTS.say(language, "ask-mode"), buttons=rows)


def chosen(text: str, *shown: Message) -> str | None:
    found = choice(text, shown, TEXTS.forms, TEXTS.yes_no)
    return found and (found.tap or found.label)


def test_options_are_numbered_lines() -> None:
    text, options = lay_out(asked())
    assert text.endswith("1. 📸 From the last selfie\n2. ✨ A new video")
    assert [option.tap for option in options] == ["video last 1", "video new 1"]


def test_cards_are_told_with_what_they_say() -> None:
    cards = tuple(
        Card(
            title=f"{name}, 27",
            text="Likes the sea.",
            buttons=(Button(label=f"Talk to {name}", tap=f"persona {name}"),),
        )
        for name in ("Ayla", "Vera")
    )
    text, _ = lay_out(Message(text="Who?", cards=cards))
    assert text == "Who?\n\n1. Talk to Ayla\n    Likes the sea.\n2. Talk to Vera\n    Likes the sea."
    assert chosen("vera", Message(text="Who?", cards=cards)) == "persona Vera"
    assert chosen("talk to", Message(text="Who?", cards=cards)) is None


def test_cards_with_the_same_button_are_told_apart() -> None:
    cards = tuple(Card(title=t, text="today", buttons=(Button(label="Show", tap=f"show {t}"),)) for t in ("a", "b"))
    assert [option.label for option in options_of(Message(cards=cards))] == ["Show (a · today)", "Show (b · today)"]


def test_a_menu_is_chosen_from_too() -> None:
    menu = Message(text="Menu", menu=(("🎬 Video", "📸 Selfie"), ("❓ Help",)))
    assert lay_out(menu)[0] == "Menu\n\n1. 🎬 Video\n2. 📸 Selfie\n3. ❓ Help"
    assert chosen("3", menu) == "❓ Help"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("other", LANGUAGES)
def test_labels_are_understood_in_every_language(language: str, other: str) -> None:
    for text_id, tap in (("button-from-selfie", "video last 1"), ("button-new-video", "video new 1")):
        said = TEXTS.say(other, text_id)
        assert chosen(said, asked(language)) == tap
        assert chosen(said.split(" ", 1)[1].upper(), asked(language)) == tap


@pytest.mark.parametrize("text", ["1", " 1 ", "1.", "1)", "(1)", "#1", "[1]", "№ 1"])
def test_numbers_in_all_their_dress(text: str) -> None:
    assert chosen(text, asked()) == "video last 1"


@pytest.mark.parametrize("text", ["0", "3", "99", "-1", "1 2", "1st", "", "hello there", "new video " * 9])
def test_what_is_no_answer(text: str) -> None:
    assert chosen(text, asked()) is None


def test_a_number_is_for_the_newest_question_and_words_for_any() -> None:
    newest = Message(text="?", buttons=((Button(label="Delete everything", tap="forget yes"),),))
    assert chosen("2", newest, asked()) is None
    assert chosen("new video", newest, asked()) == "video new 1"


def test_nothing_is_numbered_while_a_job_is_at_work() -> None:
    working = Message(text="…", progress=0.1, buttons=((Button(label="Cancel", tap="cancel 1"),),))
    assert options_of(working) == []
    assert chosen("1", working, asked()) == "video last 1"


@pytest.mark.parametrize(
    ("text", "tap"), [("yes", "adult yes"), ("Evet!", "adult yes"), ("нет", "adult no"), ("da", None)]
)
def test_yes_and_no(text: str, tap: str | None) -> None:
    rows = ((Button(label="I am 18 or older", tap="adult yes"), Button(label="I am younger", tap="adult no")),)
    assert chosen(text, Message(text="18?", buttons=rows)) == tap


@pytest.fixture
async def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Person]:
    monkeypatch.setattr(NullMessenger, "capabilities", MessengerCapabilities(buttons=False))
    async with person_at(write(tmp_path)) as somebody:
        yield somebody


@pytest.mark.anyio
async def test_a_whole_conversation_without_buttons(person: Person) -> None:
    for said in ("/start", "yes", "Deniz", "/video", "2"):
        await person.do(text=said)
    await person.media("video")
    await person.do(text="/gallery")
    await person.do(text="1")
    await person.media("video", 2)
    assert script.asked["submit"] == 1


@pytest.mark.anyio
async def test_a_wish_in_one_word_is_a_wish(person: Person) -> None:
    await person.begin()
    for _ in range(2):
        await person.do(text="video")
    await person.until(lambda post: person.texts().count(person.text("ask-mode")) == 2)
    assert not script.asked["submit"]


@pytest.mark.anyio
async def test_without_a_question_a_number_is_talk(person: Person) -> None:
    await person.begin()
    await person.do(text="99")
    await person.shown("Ayla: 99")


@pytest.mark.anyio
async def test_a_number_that_answers_is_not_talk(person: Person) -> None:
    await person.begin()
    await person.do(text="/video")
    await person.do(text="9")
    await person.shown("Ayla: 9")
