"""From raw updates to the engine's."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hayal import Update
from hayal_telegram.updates import NOTHING, Malformed, Me, update_of

ME = Me(77, "hayal_bot")
KIM = {"id": 5, "is_bot": False, "first_name": "Kim", "username": "KimX", "language_code": "tr"}
PRIVATE = {"id": 5, "type": "private", "first_name": "Kim"}
GROUP = {"id": -1001, "type": "supergroup", "title": "Friends"}


def message(chat: dict[str, Any] = PRIVATE, **fields: Any) -> dict[str, Any]:
    return {"update_id": 9, "message": {"message_id": 3, "date": 1, "chat": chat, "from": KIM, **fields}}


def test_a_text() -> None:
    arrival = update_of(message(text="merhaba"), ME)
    assert arrival.update == Update("9.3", "5", "5", "merhaba", "", "tr", "Kim", "")
    assert (arrival.username, arrival.private, arrival.query) == ("kimx", True, "")


def test_a_tap() -> None:
    query = {"id": "q1", "from": KIM, "chat_instance": "c", "data": "video new"}
    raw = {"update_id": 10, "callback_query": {**query, "message": {"message_id": 4, "date": 0, "chat": PRIVATE}}}
    arrival = update_of(raw, ME)
    assert arrival.query == "q1"
    assert arrival.update == Update("10.q1", "5", "5", "", "video new", "tr", "Kim", "")


@pytest.mark.parametrize("missing", ["message", "data"])
def test_a_tap_on_nothing_of_ours_is_only_answered(missing: str) -> None:
    query = {"id": "q1", "from": KIM, "data": "x", "message": {"message_id": 4, "date": 0, "chat": PRIVATE}}
    del query[missing]
    arrival = update_of({"update_id": 10, "callback_query": query}, ME)
    assert (arrival.update, arrival.query) == (None, "q1")


@pytest.mark.parametrize("thing", ["photo", "sticker", "voice", "video_note", "location"])
def test_what_is_no_text_becomes_an_empty_one(thing: str) -> None:
    update = update_of(message(**{thing: {}, "caption": "look"}), ME).update
    assert update is not None
    assert update.text == ""


@pytest.mark.parametrize(
    "raw",
    [
        message(pinned_message={"message_id": 1}),
        message(new_chat_title="x", chat=GROUP),
        message(text="hi", chat={"id": -100, "type": "channel"}),
        message(text="hi", **{"from": {**KIM, "is_bot": True}}),
        {"update_id": 1, "edited_message": {"message_id": 1}},
        {"update_id": 1, "something_new_in_bot_api_12": {"x": 1}},
        {"update_id": 1, "channel_post": {"message_id": 1, "chat": {"id": -100, "type": "channel"}, "text": "x"}},
    ],
)
def test_ignored(raw: dict[str, Any]) -> None:
    assert update_of(raw, ME) == NOTHING


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"update_id": "9"},
        {"update_id": True, "message": {}},
        {"update_id": 9, "message": []},
        {"update_id": 9, "message": {"chat": PRIVATE, "from": KIM, "text": "no message_id"}},
        {"update_id": 9, "message": {"message_id": 1, "from": KIM, "text": "no chat"}},
        message(text=17),
        message(text="x", chat={"id": 5, "type": "hologram"}),
        message(text="x", **{"from": {"is_bot": False}}),
        {"update_id": 9, "callback_query": {"id": "1", "from": KIM, "message": {"chat": PRIVATE}, "data": 5}},
        {"update_id": 9, "callback_query": {"from": KIM}},
    ],
)
def test_malformed(raw: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        update_of(raw, ME)


def test_what_is_new_beside_what_is_known_does_no_harm() -> None:
    raw = message(
        text="hi", entities=[{"type": "hologram", "offset": "x"}], chat={**PRIVATE, "type": "private", "new": {}}
    )
    assert update_of(raw | {"future": 1}, ME).update is not None


@pytest.mark.parametrize(
    ("text", "entities", "reply", "wanted"),
    [
        ("/video@hayal_bot sea", None, None, "/video@hayal_bot sea"),
        ("/video@HAYAL_BOT", None, None, "/video@HAYAL_BOT"),
        ("/video@other_bot", None, None, None),
        ("/video", None, None, "/video"),
        ("/roll", None, None, None),
        ("/", None, None, None),
        ("hello all", None, None, None),
        ("hello", None, 77, "hello"),
        ("hello", None, 78, None),
        ("👋 @hayal_bot a selfie", [{"type": "mention", "offset": 3, "length": 10}], None, "👋 a selfie"),
        ("@hayal_bot, hi", [{"type": "mention", "offset": 0, "length": 10}], None, "hi"),
        ("@somebody hi", [{"type": "mention", "offset": 0, "length": 9}], None, None),
        ("Hayal hi", [{"type": "text_mention", "offset": 0, "length": 5, "user": {"id": 77}}], None, "hi"),
    ],
)
def test_groups(text: str, entities: Any, reply: int | None, wanted: str | None) -> None:
    more: dict[str, Any] = {"entities": entities} if entities else {}
    if reply:
        more["reply_to_message"] = {"message_id": 1, "from": {"id": reply}}
    update = update_of(message(GROUP, text=text, **more), ME, frozenset({"video"})).update
    assert (None if update is None else update.text) == wanted
    if update:
        assert (update.chat, update.user, update.quote) == ("-1001", "5", "3")


def test_a_topic_is_in_the_quote() -> None:
    raw = message(GROUP, text="/video", is_topic_message=True, message_thread_id=12)
    update = update_of(raw, ME, frozenset({"video"})).update
    assert update is not None
    assert update.quote == "3.12"


def test_a_group_that_moves() -> None:
    arrival = update_of(message({"id": -50, "type": "group"}, migrate_to_chat_id=-1000000000051), ME)
    assert (arrival.chat, arrival.moved, arrival.update) == (-50, -1000000000051, None)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "chat", "from", "type", "text", "message_id", "data", "entities", "message", "update_id"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@given(JSON, st.sampled_from(["message", "callback_query", "poll"]))
def test_anything_at_all_is_an_arrival_or_malformed(body: Any, kind: str) -> None:
    try:
        update_of({"update_id": 1, kind: body}, ME)
    except Malformed:
        return
