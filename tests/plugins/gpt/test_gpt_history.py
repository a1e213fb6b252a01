"""A conversation is cut to what the model is given: the newest lines, and never more than the limit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hayal import Said
from hayal_gpt.history import newest, tokens

LINES = st.builds(Said, st.sampled_from(["person", "persona"]), st.text(max_size=80))


@given(st.lists(LINES, min_size=1, max_size=12), st.integers(20, 300))
def test_the_newest_that_fit(history: list[Said], limit: int) -> None:
    history[-1] = Said("person", history[-1].text)
    kept = newest(history, limit)
    assert sum(tokens(line.text) for line in kept) <= limit
    assert kept[0].by == "person"
    if tokens(history[-1].text) <= limit:
        assert kept == history[-len(kept) :]
        rest = history[: -len(kept)]
        while rest and rest[-1].by == "persona":
            rest.pop()  # left out as an answer to what is not there
        if len(rest) == len(history) - len(kept) and rest:
            assert sum(tokens(line.text) for line in [rest[-1], *kept]) > limit


@pytest.mark.parametrize("text", ["a" * 500, "ğüş" * 200, "привет " * 90, "🙂" * 120])
def test_a_line_too_long_by_itself_is_cut(text: str) -> None:
    (kept,) = newest([Said("person", "before"), Said("person", text)], 50)
    assert tokens(kept.text) <= 50
    assert kept.text.endswith("…")
    assert text.startswith(kept.text[:-1])
    assert len(kept.text) > 10


def test_nothing_said() -> None:
    assert newest([], 100) == []
