"""Logs: for a person on a terminal, JSON otherwise, never a secret."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import structlog
from pydantic import BaseModel, SecretStr

HIDDEN = "[hidden]"

_secrets: set[str] = set()
_NAMES = re.compile(r"(api[_-]?key|token|password|secret|authorization|cookie)$", re.IGNORECASE)


def hide(values: Iterable[str]) -> None:
    """Never let these strings into a log."""
    _secrets.update(value for value in values if len(value) >= 4)


def hide_settings(settings: BaseModel) -> None:
    """Never let the secrets of these settings into a log, however deep they are."""
    hide(_secrets_in(settings))


def _secrets_in(value: Any) -> Iterator[str]:
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _secrets_in(getattr(value, name))
    elif isinstance(value, Mapping):
        yield from _secrets_in(list(value.values()))
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _secrets_in(one)


def redacted(text: str) -> str:
    """`text` without any known secret."""
    for secret in _secrets:
        if secret in text:
            text = text.replace(secret, HIDDEN)
    return text


def _redact(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    for key, value in event.items():
        event[key] = _clean(key, value)
    return event


def _clean(name: str, value: Any) -> Any:
    """What may be logged of `value`, which has this name."""
    if isinstance(value, SecretStr) or (value and _NAMES.search(name)):
        return HIDDEN
    if isinstance(value, int | float | bool | None):
        return value
    if isinstance(value, Mapping):
        return {redacted(str(key)): _clean(str(key), one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean("", one) for one in value]
    return redacted(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))


def configure(level: str = "info", style: Literal["auto", "console", "json"] = "auto") -> None:
    """Set logging up for the process, on standard error."""
    console = style == "console" or (style == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if console else "iso", utc=not console),
    ]
    last: list[structlog.typing.Processor] = [structlog.processors.format_exc_info, _redact]
    last.append(structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer(ensure_ascii=False))
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *last,
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(threshold, logging.WARNING), force=True)
