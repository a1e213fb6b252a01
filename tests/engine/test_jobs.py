"""Jobs: what is paid for is paid once, what fails is told, what is recorded is not done again."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest
from hayal_null import NullMessenger, film, script

from harness import Person, engine_at, person_at, write
from hayal import Failed, Gone, Misused, NoAccess, NotSent, OutcomeUnknown, Refused, TryLater
from hayal.jobs import chain, queue
from hayal.jobs.chain import Chain
from hayal.jobs.fit import fit_seconds, fit_size
from hayal.jobs.waiting import interval, patience
from hayal.size import Size

pytestmark = pytest.mark.anyio


async def _new_video(person: Person) -> None:
    await person.begin()
    await person.do(tap="video new")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries wait no time."""
    import stamina

    stamina.set_testing(True, attempts=chain.TRIES, cap=True)
    yield
    stamina.set_testing(False)


async def test_a_submission_whose_outcome_is_unknown_is_looked_up_and_not_made_again(tmp_path: Path) -> None:
    async with person_at(write(tmp_path)) as person:
        script.fail("submit", OutcomeUnknown("reset"))
        await _new_video(person)
        await person.media("video")
        assert script.asked["submit"] == 1
        assert script.asked["find"] == 1


async def test_a_plugin_that_breaks_in_a_paid_call_counts_as_unknown(tmp_path: Path) -> None:
    async with person_at(write(tmp_path)) as person:
        script.fail("submit", ConnectionResetError("in the middle"))
        await _new_video(person)
        await person.media("video")
        assert (script.asked["submit"], script.asked["find"]) == (1, 1)


async def test_an_unknown_outcome_that_cannot_be_looked_up_is_left_to_the_person(tmp_path: Path) -> None:
    async with person_at(write(tmp_path)) as person:
        script.findable = False
        script.fail("submit", OutcomeUnknown("reset"))
        await _new_video(person)
        told = await person.told("error-unknown-outcome")
        assert script.asked["submit"] == 1
        button = told.message.buttons[0][0]
        assert button.label == person.text("button-try-again-paid")
        await person.do(tap=button.tap)
        await person.media("video")
        assert script.asked["submit"] == 2


async def test_what_was_never_sent_is_sent_again(tmp_path: Path) -> None:
    async with person_at(write(tmp_path)) as person:
        script.fail("submit", NotSent("refused"), TryLater("busy", after=0.0))
        await _new_video(person)
        await person.media("video")
        assert script.asked["submit"] == 3
        assert not script.asked["find"]


@pytest.mark.parametrize(
    ("error", "text_id", "buttons"),
    [
        (Refused("no"), "error-refused", ["button-softer", "button-something-else"]),
        (NoAccess("bad key"), "error-no-access", []),
        (Gone("retired"), "error-no-access", []),
        (Misused("a bug"), "error-provider", ["button-try-again"]),
        (Failed("broken"), "error-provider", ["button-try-again"]),
        (TryLater("for long", after=999.0), "error-try-later", ["button-try-again"]),
    ],
)
async def test_each_error_has_its_sentence_and_its_button(
    tmp_path: Path, error: Exception, text_id: str, buttons: list[str]
) -> None:
    async with person_at(write(tmp_path)) as person:
        script.fail("submit", error)
        await _new_video(person)
        told = await person.told(text_id)
        assert [b.label for row in told.message.buttons for b in row] == [person.text(b) for b in buttons]
        assert script.asked["submit"] == 1
        assert "secret" not in told.message.text


async def test_a_video_that_fails_after_it_was_taken_is_not_submitted_again_by_itself(tmp_path: Path) -> None:
    async with person_at(write(tmp_path)) as person:
        script.fail("poll", Failed("blocked after rendering"))
        await _new_video(person)
        told = await person.told("error-provider")
        assert script.asked["submit"] == 1
        await person.do(tap=told.message.buttons[0][0].tap)
        await person.media("video")
        assert script.asked["submit"] == 2


async def test_polls_that_go_wrong_do_not_lose_the_video(tmp_path: Path) -> None:
    async with person_at(write(tmp_path)) as person:
        script.fail("poll", NotSent("dns"), OutcomeUnknown("slow"), ConnectionError("reset"), NoAccess("a hiccup"))
        await _new_video(person)
        await person.media("video")
        assert script.asked["submit"] == 1


async def test_after_the_last_poll_one_can_look_again_and_the_paid_video_still_comes(tmp_path: Path) -> None:
    more = "[plugins.null]\npolls = 3\n"
    path = write(tmp_path, more)
    path.write_text(path.read_text().replace("poll_interval = 0.01", "poll_interval = 0.01\npoll_attempts = 1"))
    async with person_at(path) as person:
        await _new_video(person)
        late = person.text("error-timeout")
        for _ in range(4):
            told = await person.until(
                lambda post: (
                    post.message.text == late or bool(post.message.attachment and post.message.attachment.seconds)
                )
            )
            if told.message.attachment:
                break
            button = told.message.buttons[0][0]
            assert button.tap.startswith("check ")
            await person.do(tap=button.tap)
            await person.until(lambda post, told=told: post.key == told.key and post.rev > told.rev)  # type: ignore[misc]
        await person.media("video")
        assert script.asked["submit"] == 1


async def test_a_broken_download_is_fetched_again_from_the_same_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import hayal_null

    whole = film(144, 256, 2)
    bodies = [b"<html>please wait</html>", whole[: len(whole) // 2], whole]
    monkeypatch.setattr(hayal_null, "film", lambda *_: bodies.pop(0))
    async with person_at(write(tmp_path)) as person:
        await _new_video(person)
        video = await person.media("video")
        assert video.message.attachment is not None
        assert video.message.attachment.bytes == len(whole)
        assert (script.asked["submit"], script.asked["download"]) == (1, 3)


async def test_an_invalid_video_prompt_is_asked_for_once_more_and_then_written_by_the_spare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hayal_null import NullPrompts

    complaints = []

    async def bad(self: object, request: object) -> dict[str, str]:
        complaints.append(request.complaint)  # type: ignore[attr-defined]
        return {"style": "One.", "music": "loud"}

    monkeypatch.setattr(NullPrompts, "video_prompt", bad)
    path = write(tmp_path)
    path.write_text(path.read_text().replace('spare_prompt = ""', 'spare_prompt = "studio"'))
    async with person_at(path) as person:
        await _new_video(person)
        await person.media("video")
    assert complaints[0] == ""
    assert "scene" in complaints[1]
    assert len(complaints) == 2
    request = next(iter(script.submitted.values()))
    assert request.prompt.style != "One."


async def test_the_request_is_fitted_to_the_provider_and_the_person_is_told(tmp_path: Path) -> None:
    async with person_at(write(tmp_path, "[plugins.null]\nseconds = [4, 8]\n")) as person:
        await _new_video(person)
        await person.media("video")
        await person.told("note-seconds", wanted=2, seconds=4)
        assert next(iter(script.submitted.values())).seconds == 4


async def test_a_job_goes_on_after_a_stop_where_it_was(tmp_path: Path) -> None:
    path = write(tmp_path)
    async with person_at(path) as person:
        await person.begin()
        script.fail("poll", *[NotSent("away")] * 10_000)
        await person.do(tap="video new")
        await script.until("poll", 3)
    asked = script.asked.copy()
    script.faults.clear()
    async with person_at(path) as person:
        await person.media("video")
    for call in ("photo_prompt", "generate", "video_prompt", "submit"):
        assert script.asked[call] == asked[call] == 1


async def test_a_paid_call_under_way_at_shutdown_is_waited_for(tmp_path: Path) -> None:
    path = write(tmp_path)
    async with engine_at(path) as engine:
        messenger = engine.messengers["null"]
        assert isinstance(messenger, NullMessenger)
        person = Person(messenger)
        await person.begin()
        script.gate = gate = anyio.Event()
        await person.do(tap="video new")
        await script.until("hand in")

        async def later() -> None:
            gate.set()

        async with anyio.create_task_group() as group:
            group.start_soon(later)
    script.gate = None
    async with person_at(path) as person:
        await person.media("video")
    assert script.asked["submit"] == 1
    assert script.asked["find"] == 0


async def test_nothing_can_be_written_for_a_while_and_no_accepted_job_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hayal import Media, StorageError

    monkeypatch.setattr(queue, "RESTS", (0.01,))
    put, left = Media.put, [3]

    async def full(self: Media, key: str, data: object) -> int:
        if key.endswith(".mp4") and left[0]:
            left[0] -= 1
            raise StorageError("no space left")
        return await put(self, key, data)  # type: ignore[arg-type]

    monkeypatch.setattr(Media, "put", full)
    async with person_at(write(tmp_path)) as person:
        await _new_video(person)
        await person.media("video")
    assert script.asked["submit"] == 1
    assert left == [0]


class _Link:
    def __init__(self, *errors: Exception | None) -> None:
        self.errors = list(errors)
        self.calls = 0
        self.at_once = 1


async def _first(line: Chain[_Link]) -> str:
    async def attempt(name: str, part: _Link) -> str:
        async def call() -> str:
            part.calls += 1
            error = part.errors.pop(0) if part.errors else None
            if error:
                raise error
            return name

        return await chain.persist(call)

    return await line.first(attempt)


async def test_the_next_in_the_chain_takes_over_only_when_nothing_was_paid() -> None:
    for error in (NotSent("x"), NoAccess("x"), Gone("x"), Misused("x"), Failed("x")):
        one, two = _Link(*[error] * chain.TRIES), _Link()
        assert await _first(Chain.of("video", [("one", one), ("two", two)])) == "two"  # type: ignore[type-var]
    for error in (Refused("x"), OutcomeUnknown("x")):
        one, two = _Link(error), _Link()
        with pytest.raises(type(error)):
            await _first(Chain.of("video", [("one", one), ("two", two)]))  # type: ignore[type-var]
        assert two.calls == 0


async def test_a_provider_that_keeps_failing_is_left_out_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = _Link(*[Failed("x")] * chain.FAILURES), _Link()
    line = Chain.of("video", [("one", one), ("two", two)])  # type: ignore[type-var]
    for _ in range(chain.FAILURES + 2):
        assert await _first(line) == "two"
    assert one.calls == chain.FAILURES
    line.links[0].out_until = 0.0
    assert await _first(line) == "one"
    assert line.links[0].failures == 0


def test_fitting() -> None:
    assert fit_seconds(5, (4, 8, 12)) == 4
    assert fit_seconds(6, (4, 8)) == 4
    assert fit_seconds(7, ()) == 7
    sizes = (Size(1280, 720), Size(720, 1280), Size(1024, 1792))
    assert fit_size(Size(360, 640), sizes) == Size(720, 1280)
    assert fit_size(Size(640, 360), sizes) == Size(1280, 720)
    assert fit_size(Size(100, 100), ()) == Size(100, 100)


def test_polls_slow_down_and_end() -> None:
    waits = [interval(2.0, poll) for poll in range(200)]
    assert waits[0] == 2.0
    assert waits == sorted(waits)
    assert waits[-1] == 12.0
    assert patience(2.0, 120) == pytest.approx(sum(waits[:120]))
    assert patience(2.0, 100_000) == pytest.approx(sum(waits[:120]) + 99_880 * 12.0)


async def test_a_full_disk_during_the_download_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "RESTS", (0.01,))
    opened, left = anyio.open_file, [2]

    async def full(path: object, mode: str) -> object:
        if left[0]:
            left[0] -= 1
            raise OSError(28, "No space left on device")
        return await opened(path, mode)  # type: ignore[call-overload]

    monkeypatch.setattr(anyio, "open_file", full)
    async with person_at(write(tmp_path)) as person:
        await _new_video(person)
        await person.media("video")
    assert script.asked["submit"] == 1


async def test_a_writer_that_breaks_is_replaced_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path)
    path.write_text(path.read_text().replace('spare_prompt = ""', 'spare_prompt = "studio"'))
    async with person_at(path) as person:
        script.fail("photo_prompt", KeyError("choices"))
        await _new_video(person)
        await person.media("video")


async def test_how_a_job_ended_is_said_anew_where_nothing_can_be_edited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hayal import MessengerCapabilities

    monkeypatch.setattr(NullMessenger, "capabilities", MessengerCapabilities(edits=False))
    async with person_at(write(tmp_path)) as person:
        script.fail("submit", Refused("no"))
        await _new_video(person)
        await person.told("error-refused")
