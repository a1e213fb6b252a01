"""The texts people read: Fluent, one folder a language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax.ast import Message

from hayal.errors import PluginError
from hayal.prompts import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)


KEPT = 4096
"""Formatted texts that are kept: formatting costs more than all else in a short answer."""


def language_of(code: str) -> Language:
    """The language spoken for a messenger's code ("tr-TR" is Turkish); English for any other."""
    primary = code[:2].lower()
    for language in LANGUAGES:
        if primary == language:
            return language
    # languages whose speakers commonly read Russian or Turkish better than English
    near: dict[str, Language] = {"az": "tr", "tk": "tr", "be": "ru", "kk": "ru", "ky": "ru"}
    return near.get(primary, "en")


def engine_locales() -> Path:
    """The folder of the engine's own texts: inside the installed package, or of the checkout."""
    packaged = Path(str(files("hayal"))) / "locales"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "locales"


class Texts:
    """All texts of the engine and of enabled plugins."""

    def __init__(self, folders: Iterable[Path] = ()) -> None:
        self._bundles = {language: FluentBundle([language], use_isolating=False) for language in LANGUAGES}
        self._said: dict[tuple[object, ...], str] = {}
        self._ids: set[str] = set()
        self._fixed: dict[str, tuple[str, ...]] | None = None
        for folder in (engine_locales(), *folders):
            self._read(folder)

    def _read(self, folder: Path) -> None:
        for language, bundle in self._bundles.items():
            found = sorted((folder / language).glob("*.ftl"))
            if not found:
                raise PluginError(f"there are no texts in {folder.name}/{language}")
            for path in found:
                resource = FluentResource(path.read_text("utf-8"))
                self._ids |= {entry.id.name for entry in resource.body if isinstance(entry, Message)}
                bundle.add_resource(resource)

    def has(self, text_id: str) -> bool:
        """Whether there is a text with this id."""
        return self._bundles["en"].has_message(text_id)

    def say(self, language: str, text_id: str, /, **values: Any) -> str:
        """The text `text_id` in `language`, or in English, or the id itself if nobody wrote it."""
        key = (language, text_id, *values.items())
        known = self._said.get(key)
        if known is not None:
            return known
        for code in (language, "en"):
            bundle = self._bundles.get(code)  # type: ignore[call-overload]
            if bundle is not None and bundle.has_message(text_id):
                pattern = bundle.get_message(text_id).value
                text = str(bundle.format_pattern(pattern, values)[0])
                if len(self._said) >= KEPT:
                    self._said.clear()
                self._said[key] = text
                return text
        return text_id

    def forms(self, text: str) -> tuple[str, ...]:
        """`text` and, if it is one of the texts that have no variables, what it is in the other languages."""
        return self._forms().get(text, (text,))

    def _forms(self) -> Mapping[str, tuple[str, ...]]:
        if self._fixed is None:
            self._fixed = {}
            for text_id in self._ids:
                said = [self._plainly(language, text_id) for language in LANGUAGES]
                if None not in said:
                    for form in said:
                        self._fixed[str(form)] = tuple(
                            dict.fromkeys((*self._fixed.get(str(form), ()), *map(str, said)))
                        )
        return self._fixed

    def yes_no(self, words: str) -> str:
        """Whether `words` (small letters, no signs) say "yes" or "no" in any language, else ""."""
        for answer in ("yes", "no"):
            listed = {word.strip() for code in LANGUAGES for word in self.say(code, f"words-{answer}").split(",")}
            if words in listed:
                return answer
        return ""

    def _plainly(self, language: Language, text_id: str) -> str | None:
        """A text that needs no values, or None."""
        bundle = self._bundles[language]
        pattern = bundle.get_message(text_id).value if bundle.has_message(text_id) else None
        text, errors = bundle.format_pattern(pattern, {}) if pattern else ("", ["none"])
        return None if errors else str(text)

    def variant(self, language: str, text_id: str, seed: int, /, **values: Any) -> str:
        """One of the texts `text_id-1`, `text_id-2`, … chosen by `seed`."""
        count = 1
        while self.has(f"{text_id}-{count + 1}"):
            count += 1
        return self.say(language, f"{text_id}-{seed % count + 1}", **values)
