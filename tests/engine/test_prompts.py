"""What a video prompt is, whoever wrote it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hayal import InvalidPrompt, ProviderError
from hayal.prompts import parse_video_prompt, sentences

GOOD = {
    "style": "A handheld clip on 35mm film.",
    "scene": "Ayla stands on a roof in Izmir. The evening light is warm.",
    "cinematography": "A medium close-up at f/1.8. Soft light and a calm mood.",
    "action": "She turns to the sea. She smiles.",
    "sound": "Wind and distant gulls, no music.",
}


def reasons(**changes: Any) -> list[str]:
    """What is wrong with the prompt."""
    with pytest.raises(InvalidPrompt) as caught:
        parse_video_prompt(GOOD | changes)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("   ", 0),
        ("One", 1),
        ("One.", 1),
        ("One. Two", 2),
        ("One! Two? Three…", 3),
        ("Wait... what?!", 2),
        ("Shot at f/1.8 on 35.5mm film.", 1),
        ("She says “hi.” She goes.", 2),
        ("One.\n\nTwo.", 2),
    ],
)
def test_sentences_are_counted(text: str, count: int) -> None:
    assert sentences(text) == count


def test_a_good_one_is_taken_in_its_order() -> None:
    prompt = parse_video_prompt(GOOD)
    assert parse_video_prompt(prompt) is prompt
    assert parse_video_prompt(prompt.model_dump()) == prompt
    assert [part.partition(": ")[0] for part in prompt.text().split("\n\n")] == [
        "Style",
        GOOD["scene"],
        "Cinematography",
        "Action",
        "Background sound",
    ]
    assert 8 <= sentences(prompt.text()) <= 12


def test_white_space_is_tidied() -> None:
    assert parse_video_prompt(GOOD | {"style": "  A handheld\n clip.  "}).style == "A handheld clip."


@pytest.mark.parametrize("field", GOOD)
def test_every_field_is_needed(field: str) -> None:
    with pytest.raises(InvalidPrompt, match=f"{field}: Field required"):
        parse_video_prompt({name: text for name, text in GOOD.items() if name != field})


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [("style", 1, 2), ("scene", 2, 3), ("cinematography", 2, 3), ("action", 1, 3), ("sound", 1, 1)],
)
def test_sentences_of_each_field(field: str, low: int, high: int) -> None:
    for count in (0, low - 1, high + 1):
        text = " ".join(["It is so."] * count)
        expected = f"{field}: Value error, has {count} sentences, {low} to {high} are wanted"
        assert expected in reasons(**{field: text})
    for count in range(low, high + 1):
        changed = GOOD | {field: " ".join(["It is so."] * count)}
        total = sum(sentences(text) for text in changed.values())
        if 8 <= total <= 12:
            assert parse_video_prompt(changed)
        else:
            assert reasons(**{field: changed[field]}) == [
                f"prompt: Value error, has {total} sentences in all, 8 to 12 are wanted"
            ]


@pytest.mark.parametrize(
    "sound",
    [
        "Soft music.",
        "A song on the radio.",
        "A distant melody.",
        "Somebody singing.",
        "A SOUNDTRACK of strings.",
        "No music but a song.",
    ],
)
def test_music_is_not_wanted(sound: str) -> None:
    assert reasons(sound=sound) == ["sound: Value error, names music; the background sound is ambient only"]


@pytest.mark.parametrize(
    "sound", ["Waves, no music.", "Rain without any music.", "A quiet room, free of music.", "Never a song, only wind."]
)
def test_saying_that_there_is_none_is_fine(sound: str) -> None:
    assert parse_video_prompt(GOOD | {"sound": sound})


def test_no_further_fields() -> None:
    assert reasons(model="sora-2") == ["model: Extra inputs are not permitted"]


@pytest.mark.parametrize(
    "action",
    ["She undresses slowly. She smiles.", "A schoolgirl turns around. She smiles.", "She is naked. She smiles."],
)
@pytest.mark.parametrize("field", ["action", "scene"])
def test_nothing_unfit(field: str, action: str) -> None:
    assert reasons(**{field: action}) == ["prompt: Value error, is explicit or makes the persona a minor"]


@pytest.mark.parametrize("value", [None, 5, ["A clip."], {"a": 1}, b"\xff"])
def test_fields_are_texts(value: Any) -> None:
    assert [reason.partition(":")[0] for reason in reasons(style=value)] == ["style"]


@pytest.mark.parametrize("written", [None, "a text", 5, [], [GOOD], object()])
def test_what_is_no_prompt_at_all(written: Any) -> None:
    with pytest.raises(InvalidPrompt) as caught:
        parse_video_prompt(written)
    assert str(caught.value).startswith("prompt: ")
    assert isinstance(caught.value, ProviderError)


def test_every_reason_is_a_line() -> None:
    told = reasons(style="", sound="Music.", extra=1)
    assert [line.partition(":")[0] for line in told] == ["style", "sound", "extra"]


def test_a_prompt_is_frozen() -> None:
    prompt = parse_video_prompt(GOOD)
    with pytest.raises(ValidationError):
        prompt.style = "Another."  # type: ignore[misc]


@given(st.dictionaries(st.sampled_from([*GOOD, "x", ""]), st.text(max_size=80) | st.none() | st.integers()))
def test_anything_else_is_refused_in_words(written: dict[str, Any]) -> None:
    try:
        prompt = parse_video_prompt(written)
    except InvalidPrompt as error:
        told = str(error)
    else:
        told = prompt.text()
    assert told
