"""Long texts: every piece fits, and nothing is lost but white space."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hayal.splitting import split, width


@given(st.text(max_size=400), st.integers(2, 60))
def test_pieces_fit_and_are_the_whole(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert all(0 < width(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_cuts_are_where_they_are_least_felt() -> None:
    assert split("one two three", 8) == ["one two", "three"]
    assert split("A first one. And a second one.", 20) == ["A first one.", "And a second one."]
    assert split("a paragraph here\n\nanother", 22) == ["a paragraph here", "another"]
    assert split("x" * 10, 4) == ["xxxx", "xxxx", "xx"]


def test_what_fits_stays_whole() -> None:
    assert split("merhaba", 7) == ["merhaba"]
    assert split("", 7) == split("   ", 7) == []


def test_emoji_count_twice_and_stay_whole() -> None:
    assert width("💫") == 2
    assert split("💫💫💫", 5) == ["💫💫", "💫"]
