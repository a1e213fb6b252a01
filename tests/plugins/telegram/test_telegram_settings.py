"""`[plugins.telegram]`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from harness import BASE, write
from hayal.config import load
from hayal.errors import ConfigError
from hayal.plugins import load_plugins
from hayal_telegram.settings import TelegramSettings

TOKEN = "123456789:AAE-secret_secret_secret_secret_secre"


def test_defaults() -> None:
    settings = TelegramSettings(token=TOKEN)  # type: ignore[arg-type]  # validated from TOML
    assert (settings.mode, settings.api_base, settings.max_file) == ("polling", "https://api.telegram.org", 50)
    assert TOKEN not in repr(settings)
    assert len(settings.secret) == 48


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"token": "nonsense"}, "@BotFather"),
        ({"api_base": "telegram.org"}, "not an address"),
        ({"mode": "webhook"}, "webhook_url"),
        ({"mode": "webhook", "webhook_url": "bot.example.org"}, "not an address"),
        ({"mode": "carrier pigeon"}, "polling"),
        ({"webhook_secret": "short"}, "8 to 256"),
        ({"webhook_path": "telegram"}, "not a path"),
        ({"allowed_users": ["Kim"]}, "@name"),
        ({"admins": ["@kim"]}, "id of a chat"),
        ({"admin": [5]}, "admin"),
        ({"max_file": 0}, "1"),
    ],
)
def test_mistakes(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TelegramSettings(**{"token": TOKEN, **given})
    assert said in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_ids_may_be_numbers() -> None:
    settings = TelegramSettings(token=TOKEN, allowed_users=[5, "@kim_x"], admins=[-100123, "7"])  # type: ignore[arg-type]
    assert (settings.allowed_users, settings.admins) == (("5", "@kim_x"), ("-100123", "7"))


@pytest.mark.parametrize(
    ("more", "path"),
    [({}, "/telegram"), ({"webhook_path": "/hook"}, "/hook"), ({"webhook_url": "https://bot.example.org"}, "/")],
)
def test_the_path_is_that_of_the_address(more: dict[str, Any], path: str) -> None:
    given = {"token": TOKEN, "mode": "webhook", "webhook_url": "https://bot.example.org/telegram", **more}
    assert TelegramSettings(**given).path == path


def test_the_token_comes_from_the_environment(tmp_path: Path) -> None:
    path = write(tmp_path, base=BASE.replace('["null"]', '["telegram"]'))
    plugins = load_plugins(load(path, {"TELEGRAM_BOT_TOKEN": TOKEN}))
    settings = plugins.settings("telegram")
    assert isinstance(settings, TelegramSettings)
    assert settings.token.get_secret_value() == TOKEN


def test_without_a_token_one_sentence_says_where_it_goes(tmp_path: Path) -> None:
    plugins = load_plugins(load(write(tmp_path, base=BASE.replace('["null"]', '["telegram"]')), {}))
    with pytest.raises(ConfigError, match="TELEGRAM_BOT_TOKEN"):
        plugins.settings("telegram")
