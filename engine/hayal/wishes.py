"""What a free text asks for, in Turkish, Russian or English: a selfie, a video, or one of the menu's things.

The vocabulary is in `wish_words.toml`. Talk about photos and videos is no wish; when in doubt it is talk, for there is
a button for each wish.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

from hayal.decency import plain

Mode: TypeAlias = Literal["last", "new"]

LONGEST_ABOUT = 200
_LONGEST_WORD = 40
_LONGEST_SENTENCE = 60  # words; a longer one is a story, not a wish


class Want(StrEnum):
    """What a person may ask for in their own words."""

    SELFIE = "selfie"
    VIDEO = "video"
    MENU = "menu"
    GALLERY = "gallery"
    CANCEL = "cancel"
    HELP = "help"
    SETTINGS = "settings"
    PERSONA = "persona"


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish found in a text.

    `about` is where, in what, in which light, in the person's own words, at most 200 characters, or empty. `mode` is
    for videos: from the last selfie, or a new one; None when the text does not say.
    """

    want: Want
    about: str = ""
    mode: Mode | None = None


def wish_in(text: str) -> Wish | None:
    """The first wish in `text`, or None when it asks for nothing. Never raises.

    `about` is not moderated.
    """
    words = _words()
    said = [word[:_LONGEST_WORD] for word in _TOKEN.findall(text)]
    if len(said) < 9 and (command := _command([_key(word) for word in said], words)):
        return Wish(command)
    if not any(map(_hints, said)):
        return None
    for sentence in _SENTENCE.split(text):
        whole = _tokens(sentence)
        if not whole or len(whole) > _LONGEST_SENTENCE:
            continue
        wish = _wish(sentence, whole, words)
        if wish is None and "," in sentence:
            parts = ((part, _tokens(part)) for part in sentence.split(","))
            found = (_wish(part, tokens, words) for part, tokens in parts if tokens)
            wish = next(filter(None, found), None)
        if wish:
            return wish
    return None


# --- words ---

_BARE = str.maketrans("çğıöşü", "cgiosu")
_SENTENCE = re.compile(r"[.!?…;\n\r]+")
_TOKEN = re.compile(r"[^\W_]+(?:['’‘`ʼ][^\W_]+)*")
_APOSTROPHE = re.compile(r"['’‘`ʼ]")
_TRIPLE = re.compile(r"(\D)\1{2,}")


@dataclass(frozen=True, slots=True)
class _Token:
    key: str
    start: int
    end: int


def _tokens(sentence: str) -> list[_Token]:
    return [_Token(_key(match[0][:_LONGEST_WORD]), *match.span()) for match in _TOKEN.finditer(sentence)]


@lru_cache(8192)
def _key(word: str) -> str:
    word = _APOSTROPHE.sub("", plain(word)).translate(_BARE)
    return _TRIPLE.sub(r"\1", word)


@lru_cache(8192)
def _hints(word: str) -> bool:
    """Whether a text with `word` may be a wish: most messages have none, and cost nothing."""
    key, words = _key(word), _words()
    return key in words.nouns or key in words.near or key in words.hints


class _Set:
    """Words, some of which stand for all that begin with them."""

    __slots__ = ("beginnings", "exact")

    def __init__(self, words: Iterable[str]) -> None:
        known = list(words)
        self.exact = frozenset(word for word in known if not word.endswith("~"))
        self.beginnings = tuple(word[:-1] for word in known if word.endswith("~"))

    def __contains__(self, word: str) -> bool:
        return word in self.exact or (bool(self.beginnings) and word.startswith(self.beginnings))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Words:
    hints: _Set
    nouns: dict[str, Want]
    near: dict[str, str]
    ask: dict[str, _Set]
    infinitive: dict[str, _Set]
    modal: dict[str, _Set]
    block: dict[str, _Set]
    filler: _Set
    place: _Set
    place_endings: tuple[str, ...]
    bare: dict[str, _Set]
    look: re.Pattern[str]
    frames: re.Pattern[str]
    offers: re.Pattern[str]
    modes: dict[str, re.Pattern[str]]
    commands: dict[str, Want]


@cache
def _words() -> _Words:
    import tomllib

    data: dict[str, Any] = tomllib.loads(Path(__file__).with_name("wish_words.toml").read_text("utf-8"))
    nouns = {word: Want(name) for name, by in data["nouns"].items() for text in by.values() for word in _listed(text)}
    not_near = set(_listed(data["typos"]["not"])) | set(nouns)
    near: dict[str, str] = {}
    for name in ("selfie", "video"):
        for word in _listed(data["typos"][name]):
            near.update({one: name for one in _one_off(word) if one not in not_near})
    sets = {
        part: {name: _Set(_listed(text)) for name, text in data[part].items()}
        for part in ("ask", "infinitive", "modal", "block", "filler", "place", "bare")
    }
    commands = {_key_of(line): Want(name) for name, lines in data["commands"].items() for line in lines}
    return _Words(
        hints=_Set(_listed(data["look"]["hints"])),
        nouns=nouns,
        near=near,
        ask=sets["ask"],
        infinitive=sets["infinitive"],
        modal=sets["modal"],
        block=sets["block"],
        filler=_Set(word for text in data["filler"].values() for word in _listed(text)),
        place=_Set(word for text in data["place"].values() for word in _listed(text)),
        place_endings=tuple(data["place_tr"]["endings"].split()),
        bare=sets["bare"],
        look=_any_of(data["look"]["patterns"]),
        frames=_any_of(data["frames"]["patterns"]),
        offers=_any_of(data["frames"]["offers"]),
        modes={name: _any_of(patterns) for name, patterns in data["modes"].items()},
        commands=commands,
    )


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:^|(?<= ))(?:{'|'.join(patterns)})")


def _key_of(line: str) -> str:
    return " ".join(_key(word) for word in line.split())


def _listed(text: str) -> Iterator[str]:
    for word in text.split():
        yield from (_key(one.rstrip("~")) + "~" * one.endswith("~") for one in _expanded(word))


def _expanded(word: str) -> Iterator[str]:
    before, brace, rest = word.partition("{")
    if not brace:
        yield word
        return
    inner, _, after = rest.partition("}")
    for part in inner.split(","):
        yield from _expanded(before + part + after)


def _one_off(word: str) -> Iterator[str]:
    """`word` with one letter left out, doubled, exchanged or swapped with the next; its first letter stays."""
    letters = "abcdefghijklmnoprstuvyz" if word.isascii() else "абвгдежзийклмнопрстуфхцчшщыьэюя"
    for i in range(1, len(word)):
        yield word[:i] + word[i + 1 :]
        yield word[:i] + word[i + 1 : i + 2] + word[i] + word[i + 2 :]
        for letter in letters:
            yield word[:i] + letter + word[i + 1 :]
            yield word[:i] + letter + word[i:]
    yield from (word + letter for letter in letters)


# --- what is asked ---


def _wish(sentence: str, tokens: Sequence[_Token], words: _Words) -> Wish | None:
    keys = [token.key for token in tokens]
    flat = " ".join(keys)
    polite = flat.replace("why dont ", "").replace("why not ", "").split() if "why" in keys else keys
    if any(key in words.block[name] for key in polite for name in ("never_en", "never_tr", "never_ru")):
        return None
    nouns = {i: want for i, key in enumerate(keys) if (want := _noun(key, words))}
    if words.offers.search(flat):
        return None
    if words.modes["animate"].search(flat):
        return Wish(Want.VIDEO, mode="last")
    if not nouns:
        look = words.look.search(flat)
        if look is None or "не" in flat[: look.start()].split():
            return None
        return Wish(Want.SELFIE, _about(sentence, tokens, nouns, words, frozenset(), looking=True))
    asks = frozenset(_asks(keys, nouns, flat, words))
    if not asks and not _bare(keys, nouns, words):
        return None
    want = _wanted(keys, nouns)
    mode, said = _mode(flat, words) if want is Want.VIDEO else (None, range(0))
    return Wish(want, _about(sentence, tokens, nouns, words, asks, said, looking=False), mode)


def _command(keys: Sequence[str], words: _Words) -> Want | None:
    if found := words.commands.get(" ".join(keys)):
        return found
    return words.commands.get(" ".join(key for key in keys if key not in words.bare["hard"]))


def _noun(key: str, words: _Words) -> Want | None:
    if found := words.nouns.get(key):
        return found
    near = words.near.get(key)
    return Want(near) if near else None


_FROM = ("den", "dan", "ten", "tan")
_FROM_WORDS = frozenset({"from", "using", "into", "to", "из", "по"})


def _wanted(keys: Sequence[str], nouns: dict[int, Want]) -> Want:
    """A video made from a photo is a video; otherwise what is named first."""
    wants = list(nouns.values())
    if Want.VIDEO in wants and Want.SELFIE in wants:
        of = any(key in _FROM_WORDS for key in keys)
        if of or any(want is Want.SELFIE and keys[i].endswith(_FROM) for i, want in nouns.items()):
            return Want.VIDEO
        if wants[-1] is Want.VIDEO and keys[-1].startswith(("yap", "cevir", "donustur")):
            return Want.VIDEO
    return wants[0]


def _mode(flat: str, words: _Words) -> tuple[Mode | None, range]:
    """The mode, and the places of the words that say it."""
    modes: tuple[Mode, ...] = ("last", "new")
    for mode in modes:
        if match := words.modes[mode].search(flat):
            return mode, range(flat.count(" ", 0, match.start()), flat.count(" ", 0, match.end()) + 1)
    return None, range(0)


def _asks(keys: Sequence[str], nouns: dict[int, Want], flat: str, words: _Words) -> Iterator[int]:
    """Where `keys` ask for one of `nouns`."""
    if any(_compound(keys, i, words) for i in nouns):
        return
    for i, key in enumerate(keys):
        if (
            (key in words.ask["en"] and _asks_en(keys, i, nouns, words))
            or (key in words.ask["tr"] and _asks_tr(keys, i, words))
            or (key in words.infinitive["tr"] and any(k in words.modal["tr"] for k in keys[i + 1 : i + 3]))
            or (key in words.ask["ru"] and _asks_ru(keys, i, words))
            or (key in words.infinitive["ru"] and _may_ru(keys, i, words))
        ):
            yield i
    for frame in words.frames.finditer(flat):
        first = flat.count(" ", 0, frame.start())
        end = flat.count(" ", 0, frame.end()) + (not frame[0].endswith(" "))
        if any(i >= end and not _between(keys, end, i, words, frame=True) for i in nouns):
            yield from range(first, end)


def _compound(keys: Sequence[str], i: int, words: _Words) -> bool:
    """Whether the thing is only a part of another one: a video card, видео про котов."""
    after = keys[i + 1] if i + 1 < len(keys) else ""
    if after in words.block["after_ru"] and keys[i + 2 : i + 3] and keys[i + 2] in ("тебя", "тебе", "себя"):
        return False
    return any(after in words.block[name] for name in ("after_en", "after_tr", "after_ru"))


def _between(keys: Sequence[str], start: int, end: int, words: _Words, *, frame: bool = False) -> bool:
    """Whether something else than the thing is asked for first: give me your opinion of the photo."""
    names = ("between_en", "between_frame_en") if frame else ("between_en",)
    return any(key in words.block[name] for key in keys[start:end] for name in names)


def _asks_en(keys: Sequence[str], i: int, nouns: dict[int, Want], words: _Words) -> bool:
    before = keys[i - 1] if i else ""
    earlier = keys[i - 2] if i > 1 else ""
    polite = (before in ("you", "u") and earlier in ("can", "could", "will", "would", "wont", "cant")) or (
        before == "to" and earlier in ("you", "u")
    )
    if before in words.block["before_en"] and not polite:
        return False
    return any(n > i and not _between(keys, i + 1, n, words) for n in nouns)


def _asks_tr(keys: Sequence[str], i: int, words: _Words) -> bool:
    before = keys[i - 1] if i else ""
    after = keys[i + 1] if i + 1 < len(keys) else ""
    if keys[i] == "at":  # also English
        return after not in words.place and (not after or after in words.filler or not i) and after not in _EN_AFTER_AT
    return not before.endswith(("mek", "mak")) or before in ("gormek", "almak")


_EN_AFTER_AT = frozenset(
    ["the", "a", "an", "my", "your", "home", "work", "night", "this", "that", "least", "all", "you"]
)
_NOT_RU = frozenset({"не", "нельзя", "незачем", "никогда"})
_OWN_DOING_RU = frozenset({"снять", "сделать", "отправить", "прислать", "скинуть", "показать", "записать", "выложить"})


_YOU_COULD_RU = ("може", "мог", "смож", "хочеш", "прош", "попр")


def _asks_ru(keys: Sequence[str], i: int, words: _Words) -> bool:
    if i and keys[i - 1] in _NOT_RU:
        return False
    after = keys[i + 1 : i + 4]
    return keys[i] not in words.modal["ru"] or not _OWN_DOING_RU.intersection(after) or "чтобы" in after


def _may_ru(keys: Sequence[str], i: int, words: _Words) -> bool:
    modals = [key for key in keys[:i] if key in words.modal["ru"]]
    yours = any(key.startswith(_YOU_COULD_RU) for key in modals)
    return bool(modals) and (yours or keys[i] not in _OWN_DOING_RU)


def _bare(keys: Sequence[str], nouns: dict[int, Want], words: _Words) -> bool:
    """Whether a few words name the thing and nothing else but a place, a dress, a light."""
    never = any(key in words.bare["not"] or key in words.infinitive["ru"] for key in keys)
    if len(keys) > 9 or never or any(_compound(keys, i, words) for i in nouns):
        return False
    first, last = min(nouns), max(nouns)
    before = [key for key in keys[:first] if key not in words.filler]
    after = [key for i, key in enumerate(keys[first:], first) if i not in nouns and key not in words.filler]
    if before and not (before[0] in words.place or _is_place_tr(before[-1], words)):
        return False
    if not after or keys[last + 1 : last + 3] in (["of", "you"], ["of", "u"]):
        return True
    rest = [key for key in keys[last + 1 :] if key not in words.filler or key in words.place]
    return bool(rest) and (rest[0] in words.place or all(_is_place_tr(key, words) for key in rest[-1:]))


def _is_place_tr(key: str, words: _Words) -> bool:
    return len(key) > 3 and key.endswith(words.place_endings) and key not in words.bare["not_place"]


# --- what about ---


def _about(
    sentence: str,
    tokens: Sequence[_Token],
    nouns: dict[int, Want],
    words: _Words,
    asks: frozenset[int],
    said: range = range(0),
    *,
    looking: bool,
) -> str:
    hard = [
        i in nouns
        or i in asks
        or i in said
        or token.key in words.bare["hard"]
        or (looking and token.key in words.bare["look"])
        for i, token in enumerate(tokens)
    ]
    first_ask = min(asks, default=-1)
    parts = []
    for start, end in _runs(hard):
        start, end = _trimmed(tokens, start, end, words)
        if start < end and _belongs(tokens, start, end, nouns, first_ask, words):
            parts.append(sentence[tokens[start].start : tokens[end - 1].end])
    return _cut(" ".join(" ".join(parts).split()))


def _runs(hard: Sequence[bool]) -> Iterator[tuple[int, int]]:
    start = 0
    for i, stop in enumerate((*hard, True)):
        if stop:
            if start < i:
                yield start, i
            start = i + 1


def _trimmed(tokens: Sequence[_Token], start: int, end: int, words: _Words) -> tuple[int, int]:
    while start < end and tokens[start].key in words.filler and tokens[start].key not in words.place:
        start += 1
    while start < end and (tokens[end - 1].key in words.filler or tokens[end - 1].key in words.place):
        if end - start > 1 and tokens[end - 2].key in words.place and tokens[end - 1].key not in words.place:
            break  # at night
        end -= 1
    return start, end


def _belongs(
    tokens: Sequence[_Token], start: int, end: int, nouns: dict[int, Want], first_ask: int, words: _Words
) -> bool:
    turkish = first_ask >= 0 and any(tokens[first_ask].key in part["tr"] for part in (words.ask, words.infinitive))
    if start > first_ask and not turkish and (not nouns or start > min(nouns)):
        return True
    if tokens[start].key in words.place or any(_is_place_tr(token.key, words) for token in tokens[start:end]):
        return True
    follows = next((i for i in range(end, len(tokens)) if tokens[i].key not in words.filler or i in nouns), -1)
    return follows in nouns and not any(token.key in words.bare["hard"] for token in tokens[end:follows])


def _cut(about: str) -> str:
    if len(about) <= LONGEST_ABOUT:
        return about
    head = about[: LONGEST_ABOUT + 1].rpartition(" ")[0]
    return head or about[:LONGEST_ABOUT]
