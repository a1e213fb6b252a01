"""What a message looks like on Telegram."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.types import InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove
from hypothesis import given
from hypothesis import strategies as st

from hayal import Attachment, Button, Card, Message
from hayal.splitting import width
from hayal_telegram import remote
from hayal_telegram.remote import Sent
from hayal_telegram.rendering import Bubble, bubbles

PICTURE = Attachment(kind="image", key="a/b.jpg", mime="image/jpeg", width=9, height=16, bytes=5)
VIDEO = Attachment(kind="video", key="a/b.mp4", mime="video/mp4", width=9, height=16, bytes=5, seconds=4.6)
ROWS = ((Button(label="One", tap="1"), Button(label="Two", tap="2")),)


def shown(group: bool = False, **fields: Any) -> tuple[Bubble, ...]:
    return bubbles(Message(**fields), lambda: "menu below", group=group)


def labels(bubble: Bubble) -> list[list[str]]:
    assert isinstance(bubble.markup, InlineKeyboardMarkup)
    return [[button.text for button in row] for row in bubble.markup.inline_keyboard]


def test_a_text_with_buttons() -> None:
    (one,) = shown(text="<b>1 & 2</b> *_", buttons=ROWS)
    assert (one.kind, one.text, one.entities) == ("text", "<b>1 & 2</b> *_", ())
    assert labels(one) == [["One", "Two"]]


def test_nothing_is_nothing() -> None:
    assert shown(text="  \n ") == ()


def test_buttons_without_a_text_have_something_to_be_under() -> None:
    (one,) = shown(buttons=ROWS)
    assert one.text.strip()


def test_a_button_telegram_cannot_take_is_left_out() -> None:
    (one,) = shown(text="x", buttons=((Button(label="big", tap="ü" * 33), Button(label="fine", tap="ü" * 32)),))
    assert labels(one) == [["fine"]]


@pytest.mark.parametrize("length", [4096, 4097, 9000])
def test_long_texts_are_split_and_the_buttons_are_on_the_last(length: int) -> None:
    text = ("kelime 😊 " * 2000)[:length].strip()
    found = shown(text=text, buttons=ROWS)
    assert all(0 < width(one.text) <= 4096 for one in found)
    assert "".join(one.text for one in found).replace(" ", "") == text.replace(" ", "")
    assert [one.markup is not None for one in found] == [False] * (len(found) - 1) + [True]


def test_a_photo_with_a_long_caption() -> None:
    first, second = shown(text="word " * 300, attachment=PICTURE, buttons=ROWS)
    assert (first.kind, first.markup, second.kind) == ("photo", None, "text")
    assert width(first.text) <= 1024
    assert labels(second) == [["One", "Two"]]


def test_a_video_comes_last() -> None:
    *before, video = shown(text="word " * 500, attachment=VIDEO, buttons=ROWS)
    assert [one.kind for one in before] == ["text", "text"]
    assert video.kind == "video"
    assert 0 < width(video.text) <= 1024
    assert labels(video) == [["One", "Two"]]


def test_the_menu() -> None:
    (one,) = shown(text="Hi", menu=(("A", "B"), ("C",)))
    assert isinstance(one.markup, ReplyKeyboardMarkup)
    assert [[key.text for key in row] for row in one.markup.keyboard] == [["A", "B"], ["C"]]
    assert (one.markup.resize_keyboard, one.markup.is_persistent, one.markup.selective) == (True, True, None)


def test_the_menu_in_a_group_is_for_who_asked() -> None:
    (one,) = shown(text="Hi", menu=(("A",),), group=True)
    assert isinstance(one.markup, ReplyKeyboardMarkup)
    assert one.markup.selective


def test_an_empty_menu_goes_away() -> None:
    (one,) = shown(text="Hi", menu=())
    assert isinstance(one.markup, ReplyKeyboardRemove)


def test_buttons_and_a_menu_need_two_messages() -> None:
    one, two = shown(text="Hi", buttons=ROWS, menu=(("A",),))
    assert isinstance(one.markup, InlineKeyboardMarkup)
    assert (two.text, isinstance(two.markup, ReplyKeyboardMarkup)) == ("menu below", True)


def test_progress_has_a_bar() -> None:
    (one,) = shown(text="Filming", progress=0.45)
    assert one.text == "Filming\n▰▰▰▰▱▱▱▱▱▱"
    assert shown(text="Filming", progress=0.0)[0].text == "Filming"


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=6000))
def test_a_prompt_is_folded(title: str, rest: str) -> None:
    title = title.replace("\n", "").replace("\r", "").strip()
    for one in shown(text=f"{title}\n{rest}", memo="prompt"):
        assert width(one.text) <= 4096
        for entity in one.entities:
            assert entity.length > 0
            assert entity.offset + entity.length <= width(one.text)


def test_offsets_are_utf16() -> None:
    (one,) = shown(text="🔎 Prompt\nA sea", memo="prompt")
    assert [(e.type, e.offset, e.length) for e in one.entities] == [("bold", 0, 9), ("expandable_blockquote", 10, 5)]


def person(name: str) -> Card:
    return Card(title=name, text="about", picture=PICTURE, buttons=(Button(label=f"Talk to {name}", tap=name),))


def test_personas_are_an_album_and_a_message_with_their_buttons() -> None:
    album, one = shown(text="Who?", cards=(person("Ayla"), person("Vera")))
    assert (album.kind, album.titles, album.count) == ("album", ("Ayla", "Vera"), 2)
    assert one.text == "Who?\n\nAyla\nabout\n\nVera\nabout"
    assert labels(one) == [["Talk to Ayla"], ["Talk to Vera"]]


def test_one_card_is_one_photo() -> None:
    (one,) = shown(text="Who?", cards=(person("Ayla"),))
    assert (one.kind, one.text, labels(one)) == ("photo", "Who?\n\nAyla\nabout", [["Talk to Ayla"]])


def test_cards_without_pictures_are_a_text() -> None:
    (one,) = shown(text="Who?", cards=(person("A").model_copy(update={"picture": None}), Card(title="B")))
    assert one.kind == "text"


def test_twelve_cards_are_two_albums() -> None:
    kinds = [(one.kind, one.count) for one in shown(text="x", cards=tuple(person(str(n)) for n in range(12)))]
    assert kinds == [("album", 10), ("album", 2), ("text", 1)]


def test_the_gallery_goes_by_numbers() -> None:
    show, make = Button(label="👁 Show", tap="show 1"), Button(label="🎬 Make a video of it", tap="videoof 1")
    cards = (
        Card(title="Ayla", picture=PICTURE, buttons=(show, make)),
        Card(title="Film", picture=PICTURE, buttons=(show,)),
    )
    pages = ((Button(label="Older ▶", tap="page 6"),),)
    album, one = shown(text="Yours:", cards=cards, buttons=pages)
    assert album.titles == ("1. Ayla", "2. Film")
    assert one.text == "Yours:\n\n1. Ayla\n\n2. Film\n\n👁 Show · 🎬 Make a video of it"
    assert labels(one) == [["👁 1", "👁 2"], ["🎬 1"], ["Older ▶"]]


@pytest.mark.parametrize(
    "sent", [[Sent("text", (1,))], [Sent("album", (1, 2, 3)), Sent("text", (4,))], [Sent("video", (9,))]]
)
def test_remote_ids_come_back(sent: list[Sent]) -> None:
    assert remote.read(remote.write(sent)) == sent


@pytest.mark.parametrize("other", ["", "12", "x1", "t0", "t1;t2"])
def test_other_ids_are_none(other: str) -> None:
    assert remote.read(other) == []
