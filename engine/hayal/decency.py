"""The engine's own moderator: no persona is a minor, and nothing is explicit.

It knows English, Turkish and Russian at once, needs no network, and is always on. The words and phrases are in
`decency_rules.toml`; this module reads through disguises (case, invisible characters, lookalike letters, spaced,
starred, repeated and l33t letters) and applies them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from itertools import pairwise, product
from pathlib import Path
from typing import Any


class Indecency(StrEnum):
    """Why a text is refused. Always true."""

    MINOR = "minor"
    EXPLICIT = "explicit"


def indecency(text: str, *, strict: bool = False) -> Indecency | None:
    """Why `text` is refused, or None when it is fine. Never raises.

    Without `strict` the text is talk: people may tell of their children and of their own youth, and swear mildly; what
    makes the persona a minor, or is sexual, is refused. With `strict` it is what a picture or a video will show (a
    wish, a persona, a prompt): any minor and anything childlike in it is refused as well. MINOR wins over EXPLICIT.
    """
    text = plain(text)
    words = _WORD.findall(text)
    marks = set().union(*map(_marks, words))
    disguised = set().union(*map(_marks, _disguised(text, words)))
    if not marks and not disguised:
        return None
    rules = _rules()
    flat = _flat(text)
    found = _found(flat, rules) | disguised
    if found.isdisjoint(_KINDS):
        return None
    # Idioms ("nude lipstick") only ever excuse, so they are looked for when there is something to excuse.
    cleaned = _without(rules.idioms, flat)
    if strict:
        cleaned = _without(rules.vocatives, cleaned)
    if cleaned != flat:
        flat, found = cleaned, _found(cleaned, rules) | disguised
    if "minor" in found or (strict and not found.isdisjoint(_YOUNG)):
        return Indecency.MINOR
    if "explicit" in found or (strict and "crude" in found):
        return Indecency.EXPLICIT if found.isdisjoint(_YOUNG) else Indecency.MINOR
    if "youth" in found and ("youth" in disguised or not _all_own_life(flat, rules)):
        return Indecency.MINOR
    return None


def plain(text: str) -> str:
    """`text` in small letters, without invisible characters and foreign accents; ç ğ ı ö ş ü and й stay."""
    if text.isascii():
        return text.lower().replace("_", "-")
    return unicodedata.normalize("NFKC", text).translate(_PLAIN)


_YOUNG = frozenset({"youth", "child"})
_KINDS = _YOUNG | {"minor", "explicit", "crude"}


def _without(pattern: re.Pattern[str], flat: str) -> str:
    # Bare letters are one for one, so what is found there is cut here.
    for match in reversed(list(pattern.finditer(flat.translate(_BARE)))):
        flat = flat[: match.start()] + flat[match.end() :]
    return flat


def _found(flat: str, rules: _Rules) -> set[str]:
    bare = flat.translate(_BARE)
    found = set().union(*map(_marks, flat.split()))
    return found | {rule.kind for rule in rules.phrases if rule.gate in found and rule.pattern.search(bare)}


def _all_own_life(flat: str, rules: _Rules) -> bool:
    """Whether each sentence that speaks of youth speaks of the person's own life."""
    sentences = [f" {part.strip()} " for part in flat.split(" . ")]
    young = [part.translate(_BARE) for part in sentences if len(sentences) == 1 or "youth" in _found(part, rules)]
    return bool(young) and all(map(rules.own_life.search, young))


# --- letters ---

_KEPT = frozenset("çğıöşüй")
_INVISIBLE = frozenset({"Cf", "Mn", "Me", "Mc", "Cc", "Co", "Cn", "Cs"})
_LOOKALIKES = {
    # Letters of other alphabets that look Latin, small capitals, and letters in boxes.
    **dict(zip("αβεηικνορτυχγωѕіјԁһӏԛԝєɑɡɩоօ", "abenikvoptuxywsijdhlqweagioo", strict=False)),
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True)),
    **{chr(start + n): chr(97 + n) for start in (0x1F150, 0x1F170, 0x1F1E6) for n in range(26)},
}
_LOOKALIKES.pop("о")  # Cyrillic о is Russian's own


class _Plain(dict[int, str]):
    """What each character becomes, worked out when first met."""

    def __missing__(self, code: int) -> str:
        found = _plain_char(chr(code))
        if len(self) < 4096:
            self[code] = found
        return found


def _plain_char(char: str) -> str:
    if char in "\n\r\t":
        return char
    if char in _LOOKALIKES:
        return _LOOKALIKES[char]
    if unicodedata.category(char) in _INVISIBLE:
        return ""
    small = "i" if char == "İ" else "-" if char == "_" else char.lower()
    if small in _KEPT:
        return small
    bare = "".join(c for c in unicodedata.normalize("NFD", small) if unicodedata.category(c) != "Mn")
    return _LOOKALIKES.get(bare, bare)


_PLAIN = _Plain()
_BARE = str.maketrans("çğıöşü", "cgiosu")
_TO_LATIN = str.maketrans("аеорсухкмтнвпигьз", "aeopcyxkmthbnurbe")
_TO_CYRILLIC = str.maketrans("aeopcyxkmthbnurgdlizsf", "аеорсухкмтнвпиггдлизсф")
_LEET_I = str.maketrans("0134578@$!|+€", "oieastbasiite")
_LEET_L = str.maketrans("0134578@$!|+€", "oleastbasllte")
_CYRILLIC_LEET = str.maketrans("03461@", "озчбиа")
_LOOKS_LATIN = "аеорсухкмтнв"
_LOOKS_CYRILLIC = "aeopcyxkmthb"
_LONGEST_WORD = 40
_VOWELS = "aeiouаеиоуыя"

_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile(r"[а-я]")
_LATIN = re.compile(r"[a-zçğıöşü]")
_AGE = re.compile(r"(?:1[0-7]|[1-9])(?!\d)")
_RUN = re.compile(r"(.)\1+")
_LONG_RUN = re.compile(r"([^\W\d])\1{2,}")
_STRETCHED = re.compile(r"([^\W\d])\1\1|aa|ii|uu|yy|аа|уу|ыы|яя|юю")
_BROKEN = re.compile(r"(?<!\S)[^\w\s]{0,2}[^\W_]{1,20}[^\w\s][^\s]{1,40}|(?<!\S)[@$!][^\W_]{2,20}")
_SPELLED = re.compile(r"(?<![^\W_])[^\W_](?:[\W_]{1,4}[^\W_](?![^\W_])){2,60}")
_NOT_LEET = re.compile(r"[^\w@$!|+€*#]+")
_STARS = re.compile(r"[*#]+")
_APOSTROPHE = re.compile(r"['’‘`´ʼ]")
_INSIDE_NUMBER = re.compile(r"(?<=\d)[.:,/](?=\d)")
_FULL_STOP = re.compile(r"[.!?…]+(?=\s|$)|[\r\n]+")
_COMMA = re.compile(r"[,;:]+")
_OTHER = re.compile(r"[^\w,\x00]+")


def _flat(text: str) -> str:
    """`text` (plain) as undisguised words between single spaces, ` . ` and ` , ` between sentences and clauses."""
    text = _APOSTROPHE.sub("", _INSIDE_NUMBER.sub("_", text))
    text = _OTHER.sub(" ", _COMMA.sub(" , ", _FULL_STOP.sub(" \x00 ", text)))
    words = (_undisguised(word) if len(word) <= _LONGEST_WORD else word for word in text.split())
    return f" {' '.join(words)} ".replace("\x00", ".")


@lru_cache(4096)
def _undisguised(word: str) -> str:
    if _own_marks(word).isdisjoint(_KINDS):
        for form in _forms(word):
            if not _own_marks(form).isdisjoint(_KINDS):
                return form
    return word


def _forms(word: str) -> Iterator[str]:
    """What `word` (plain, no spaces) may stand for, apart from itself."""
    latin, cyrillic = bool(_LATIN.search(word)), bool(_CYRILLIC.search(word))
    spelled = [word]
    if latin and not word.isalpha():
        spelled += [word.translate(_LEET_I), word.translate(_LEET_L)]
    if latin and cyrillic:
        spelled += [form.translate(table) for form in spelled for table in (_TO_LATIN, _TO_CYRILLIC)]
    elif cyrillic:
        spelled += [word.translate(_CYRILLIC_LEET)] if not word.isalpha() else []
        spelled += [word.translate(_TO_LATIN)] if len(word) > 3 and not word.strip(_LOOKS_LATIN) else []
    elif latin and len(word) > 3 and not word.strip(_LOOKS_CYRILLIC):
        spelled.append(word.translate(_TO_CYRILLIC))
    for form in spelled:
        yield form
        if _STRETCHED.search(form):
            yield _LONG_RUN.sub(r"\1\1", form)
            yield _RUN.sub(r"\1", form)


def _disguised(text: str, words: Sequence[str]) -> Iterator[str]:
    """Words of `text` (plain) that are written in pieces: n.u.d.e, p*rn, n u d e, na ked."""
    for chunk in _BROKEN.findall(_APOSTROPHE.sub(" ", text)):
        whole = _NOT_LEET.sub("", chunk).rstrip("!|+")
        if "*" in whole or "#" in whole:
            parts = _STARS.split(whole)
            if 1 < len(parts) <= 3:
                for vowels in product(_VOWELS, repeat=len(parts) - 1):
                    yield "".join(a + b for a, b in zip(parts, (*vowels, ""), strict=True))
        if not whole.isdigit():
            yield whole
            yield _WORD.sub(lambda word: word[0], _NOT_LEET.sub("", chunk.strip("@$!|+€*#")))
    for run in _SPELLED.findall(text):
        yield from _inside("".join(_WORD.findall(run)))
    known = _rules().spellable
    for one, two in pairwise(words):
        if (len(one) < 4 or len(two) < 4) and 4 < len(one + two) < 15:
            whole = one + two
            if whole in known or (not whole.isascii() and whole.translate(_BARE) in known):
                yield whole


def _inside(spelled: str) -> Iterator[str]:
    """The refused words among letters that were written one by one."""
    yield spelled
    known = _rules().spellable
    for form in {spelled, *_forms(spelled)}:
        for start in range(len(form)):
            for end in range(start + 4, min(len(form), start + 14) + 1):
                if form[start:end].translate(_BARE) in known:
                    yield form[start:end]


# --- rules ---


@dataclass(frozen=True, slots=True)
class _Entry:
    mark: str
    ending: re.Pattern[str] | None
    """What may follow; None: anything."""
    as_written: str | None
    """The beginning with its own letters, where another one would be an innocent word."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    kind: str
    gate: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Rules:
    entries: dict[str, list[_Entry]]
    spellable: frozenset[str]
    phrases: tuple[_Phrase, ...]
    idioms: re.Pattern[str]
    vocatives: re.Pattern[str]
    own_life: re.Pattern[str]


def _marks(word: str) -> frozenset[str]:
    """What is known of `word` (plain), read through disguises."""
    return _cached_marks(word) if len(word) <= _LONGEST_WORD else frozenset()


@lru_cache(8192)
def _cached_marks(word: str) -> frozenset[str]:
    return _own_marks(_undisguised(word))


def _own_marks(word: str) -> frozenset[str]:
    marks = {"age"} if _AGE.match(word) else set()
    entries = _rules().entries
    bare = word.translate(_BARE)
    for end in range(2, len(bare) + 1):
        for entry in entries.get(bare[:end], ()):
            if entry.as_written is not None and entry.as_written != word[:end]:
                continue
            if entry.ending is None or entry.ending.fullmatch(bare, end):
                marks.add(entry.mark)
    return frozenset(marks - {"fine"}) if "fine" not in marks else frozenset(marks & {"age"})


@cache
def _rules() -> _Rules:
    import tomllib

    data: dict[str, Any] = tomllib.loads(Path(__file__).with_name("decency_rules.toml").read_text("utf-8"))
    endings = {language: re.compile(pattern) for language, pattern in data["endings"].items()}
    entries: dict[str, list[_Entry]] = {}
    spellable: set[str] = set()
    for mark, languages in data["words"].items():
        for language, words in languages.items():
            for word in words.split():
                for stem, entry in _entries(mark, word, endings[language]):
                    entries.setdefault(stem, []).append(entry)
                    if mark in {"minor", "youth", "explicit"} and entry.as_written is None:
                        spellable.add(stem)
    shorthand: dict[str, str] = data["shorthand"]

    def compiled(patterns: Iterable[str]) -> re.Pattern[str]:
        whole = "|".join(patterns)
        for _ in range(2):
            for name, meaning in shorthand.items():
                whole = whole.replace("{" + name + "}", f"(?:{'|'.join(meaning.split())})")
        return re.compile(rf"(?<=\s)(?:{whole})(?=\s)".replace("~", r"\w*"))

    phrases = tuple(_Phrase(rule["kind"], rule["gate"], compiled(rule["patterns"])) for rule in data["phrases"])
    guards: Sequence[re.Pattern[str]] = [compiled(data[name]) for name in ("idioms", "vocatives", "own_life")]
    return _Rules(entries, frozenset(spellable), phrases, *guards)


def _entries(mark: str, word: str, ending: re.Pattern[str]) -> Iterator[tuple[str, _Entry]]:
    """The entries that a word of the rules stands for: `!` as written, `{a,b}` either, `~` inflected, `*` anything."""
    exact = re.compile("")
    for one in _expanded(word.removeprefix("!")):
        stem = plain(one.rstrip("~*"))
        may_follow = None if one.endswith("*") else ending if one.endswith("~") else exact
        yield stem.translate(_BARE), _Entry(mark, may_follow, stem if word.startswith("!") else None)


def _expanded(word: str) -> Iterator[str]:
    before, brace, rest = word.partition("{")
    if not brace:
        yield word
        return
    inner, _, after = rest.partition("}")
    for part in inner.split(","):
        yield from _expanded(before + part + after)
