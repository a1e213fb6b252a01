"""Logs: never a secret, JSON where nobody watches."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from pydantic import BaseModel, SecretStr

from hayal import Settings
from hayal import log as logs

SECRET = 'sk-"quoted"\\-4711'

Configure = Callable[..., io.StringIO]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Configure]:
    """Configures logs, and returns what they are written to."""
    root = logging.getLogger()
    handlers, level, before = root.handlers[:], root.level, structlog.get_config()
    monkeypatch.setattr(logs, "_secrets", set())

    def configure(level: str = "info", style: Any = "auto", *, terminal: bool = False) -> io.StringIO:
        stream = Terminal() if terminal else io.StringIO()
        monkeypatch.setattr(sys, "stderr", stream)
        logs.configure(level, style)
        return stream

    yield configure
    root.handlers[:], root.level = handlers, level
    structlog.configure(**before)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


# --- form ---


def test_json_where_nobody_watches(configure: Configure) -> None:
    stream = configure()
    structlog.get_logger("x").info("привет", number=3, ratio=0.5, flag=True, nothing=None, nested={"a": [1, "ü"]})
    [line] = lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "привет",
        "level": "info",
        "number": 3,
        "ratio": 0.5,
        "flag": True,
        "nothing": None,
        "nested": {"a": [1, "ü"]},
    }


def test_readable_on_a_terminal(configure: Configure) -> None:
    stream = configure(terminal=True)
    structlog.get_logger("x").warning("careful", number=3)
    assert "careful" in stream.getvalue()
    with pytest.raises(ValueError):
        lines(stream)


@pytest.mark.parametrize(("style", "terminal", "is_json"), [("json", True, True), ("console", False, False)])
def test_the_form_can_be_chosen(configure: Configure, style: str, terminal: bool, is_json: bool) -> None:
    stream = configure("info", style, terminal=terminal)
    structlog.get_logger("x").info("hello")
    assert stream.getvalue().startswith("{") is is_json


@pytest.mark.parametrize(("level", "count"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_levels(configure: Configure, level: str, count: int) -> None:
    stream = configure(level)
    log = structlog.get_logger("x")
    log.debug("a")
    log.info("b")
    log.warning("c")
    log.error("d")
    assert len(lines(stream)) == count


def test_what_is_bound_goes_along(configure: Configure) -> None:
    stream = configure()
    with structlog.contextvars.bound_contextvars(job="j1"):
        structlog.get_logger("x").info("hello")
    structlog.get_logger("x").info("hello")
    assert [line.get("job") for line in lines(stream)] == ["j1", None]


def test_other_libraries_are_logged_alike(configure: Configure) -> None:
    stream = configure()
    logs.hide([SECRET])
    logger = logging.getLogger("some.library")
    logger.info("chatter")
    logger.warning("sent %s", SECRET)
    try:
        raise ValueError(SECRET)
    except ValueError:
        logger.exception("broken")
    first, second = lines(stream)
    assert (first["event"], first["level"]) == (f"sent {logs.HIDDEN}", "warning")
    assert "ValueError" in second["exception"]
    assert SECRET not in stream.getvalue()


# --- secrets ---


class Inner(BaseModel):
    deep: SecretStr


class Keyed(Settings):
    api_key: SecretStr
    more: tuple[SecretStr, ...] = ()
    by_name: dict[str, SecretStr]
    inner: Inner | None = None
    host: str = "example.org"


def test_every_secret_of_settings_is_hidden(configure: Configure) -> None:
    stream = configure()
    logs.hide_settings(
        Keyed(
            api_key=SecretStr("secret-one"),
            more=(SecretStr("secret-two"),),
            by_name={"x": SecretStr("secret-three")},
            inner=Inner(deep=SecretStr("secret-four")),
        )
    )
    structlog.get_logger("x").info("secret-one secret-two secret-three secret-four example.org")
    assert lines(stream)[0]["event"] == " ".join([logs.HIDDEN] * 4 + ["example.org"])


def test_short_words_are_no_secrets(configure: Configure) -> None:
    configure()
    logs.hide(["", "a", "abc"])
    assert logs.redacted("abc a") == "abc a"


@pytest.mark.parametrize(
    "value",
    [
        SECRET,
        f"https://example.org/?key={SECRET}&x=1",
        SecretStr(SECRET),
        [SECRET],
        ("a", {"b": [SECRET]}),
        {SECRET: 1},
        {"headers": {"X-Other": f"Bearer {SECRET}"}},
        {SECRET},
        SECRET.encode(),
        ValueError(SECRET),
        Inner(deep=SecretStr(SECRET)),
    ],
)
@pytest.mark.parametrize("style", ["json", "console"])
def test_a_known_secret_is_hidden_wherever_it_is(configure: Configure, style: str, value: Any) -> None:
    stream = configure("info", style)
    logs.hide([SECRET])
    structlog.get_logger("x").info(f"about {SECRET}", value=value)
    assert "4711" not in stream.getvalue()
    assert logs.HIDDEN in stream.getvalue()


@pytest.mark.parametrize(
    "name",
    [
        *("api_key", "apikey", "API_KEY", "x-api-key", "apiKey", "token", "bot_token", "accessToken", "password"),
        *("client_secret", "Authorization", "authorization", "Cookie", "set-cookie"),
    ],
)
def test_what_is_named_like_a_secret_is_hidden_though_unknown(configure: Configure, name: str) -> None:
    stream = configure()
    structlog.get_logger("x").info("call", **{name: "unheard-of"}, request={"headers": [{name: ["unheard-of"]}]})
    [line] = lines(stream)
    assert line[name] == logs.HIDDEN
    assert "unheard-of" not in stream.getvalue()


def test_names_that_only_look_like_it_are_shown(configure: Configure) -> None:
    stream = configure()
    structlog.get_logger("x").info("call", key="photo.jpg", tokens=30, token=None, secretary="Ayla")
    [line] = lines(stream)
    assert (line["key"], line["tokens"], line["token"], line["secretary"]) == ("photo.jpg", 30, None, "Ayla")


def test_tracebacks_are_redacted(configure: Configure) -> None:
    stream = configure()
    logs.hide(["sk-plain-4711"])
    try:
        try:
            raise KeyError("sk-plain-4711")
        except KeyError as error:
            raise RuntimeError("call failed: sk-plain-4711") from error
    except RuntimeError as error:
        structlog.get_logger("x").exception("broken")
        structlog.get_logger("x").error("broken", exc_info=error)
    assert "4711" not in stream.getvalue()
    assert all("RuntimeError: call failed: [hidden]" in line["exception"] for line in lines(stream))
