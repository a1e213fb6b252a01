"""Whole videos through the engine, with `video = "sora"` and nothing but the configuration changed between dialects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stamina
from sora_kit import KEY

from harness import BASE, Person, person_at, write
from hayal.jobs import chain
from servers import faults
from servers.jobs import Plan
from servers.openai_errors import error_body
from servers.sora import sora_server
from servers.sora_dialects import GENERATIONS, NEW_API, OPENAI, TASKS, VIDEOS, GenerationsDialect, VideosDialect
from servers.sora_generations import generations_server

pytestmark = pytest.mark.anyio

DIALECTS = [*VIDEOS, *GENERATIONS]
EXTRA = {
    "tasks": 'protocol = "generations"\nlength_field = "duration"',
    "submitted": 'protocol = "generations"',
    "documented": 'protocol = "generations"\nlength_field = "duration"',
    "generation-job": 'protocol = "generations"\nimage_field = "image_url"',
}
CREATE, FILE = "POST /v1/videos", "GET /v1/videos/{video_id}/content"


def serve(dialect: VideosDialect | GenerationsDialect = OPENAI) -> Any:
    return (sora_server if isinstance(dialect, VideosDialect) else generations_server)(key=KEY, dialect=dialect)


def configured(folder: Path, base_url: str, extra: str = "", seconds: int = 5) -> Path:
    base = BASE.replace('video = "null"', 'video = "sora"').replace("seconds = 2", f"seconds = {seconds}")
    table = f'[plugins.sora]\nbase_url = "{base_url}"\nsizes = ["144x256"]\nsettle = 0\n{extra}\n'
    return write(folder, table, base)


def at(path: Path) -> Any:
    return person_at(path, {"SORA_API_KEY": KEY})


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    """Retries wait no time."""
    stamina.set_testing(True, attempts=chain.TRIES, cap=True)
    yield
    stamina.set_testing(False)


async def ask(person: Person) -> None:
    await person.begin()
    await person.do(tap="video new")


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda one: one.name)
async def test_a_new_video_in_every_dialect(tmp_path: Path, dialect: VideosDialect | GenerationsDialect) -> None:
    language = ("tr", "ru", "en")[DIALECTS.index(dialect) % 3]
    async with serve(dialect) as vendor:
        path = configured(tmp_path, vendor.base_url, EXTRA.get(dialect.name, ""))
        async with at(path) as person:
            person.language = language
            await ask(person)
            shown = (await person.media("video")).message.attachment
            # 5 seconds were asked for; the endpoint has 4, 8 and 12, and the person is told the truth
            await person.told("note-seconds", wanted=5, seconds=4)
            assert shown is not None
            assert (shown.width, shown.height) == (144, 256)
            assert shown.seconds == pytest.approx(4, abs=0.3)
        [paid] = vendor.ledger.paid
        assert (paid.seconds, paid.size, paid.images) == (4, "144x256", 1)
        assert vendor.cdn.leaked == []


async def test_lengths_of_the_endpoint_are_kept(tmp_path: Path) -> None:
    async with serve() as vendor, at(configured(tmp_path, vendor.base_url, seconds=8)) as person:
        await ask(person)
        shown = (await person.media("video")).message.attachment
        assert shown is not None
        assert shown.seconds == pytest.approx(8, abs=0.3)
        assert not [text for text in person.texts() if text == person.text("note-seconds", wanted=8, seconds=8)]


async def test_a_face_is_kept_back_where_faces_are_refused(tmp_path: Path) -> None:
    async with serve() as vendor, at(configured(tmp_path, vendor.base_url, "faces = false")) as person:
        await ask(person)
        await person.media("video")
        await person.told("note-no-reference")
        assert vendor.ledger.paid[0].images == 0


@pytest.mark.parametrize("fault", [faults.RESET_AFTER, faults.TRUNCATED, faults.html(504, executed=True)], ids=str)
async def test_a_submission_that_got_through_is_found_and_not_paid_again(tmp_path: Path, fault: faults.Fault) -> None:
    async with serve() as vendor, at(configured(tmp_path, vendor.base_url)) as person:
        vendor.faults.add(CREATE, fault)
        await ask(person)
        await person.media("video")
        assert vendor.ledger.count("video") == 1
        assert len(vendor.ledger.at(CREATE)) == 1


async def test_a_submission_that_did_not_is_made_again(tmp_path: Path) -> None:
    async with serve() as vendor, at(configured(tmp_path, vendor.base_url)) as person:
        vendor.faults.add(CREATE, faults.RESET_BEFORE, faults.html(502))
        await ask(person)
        await person.media("video")
        assert vendor.ledger.count("video") == 1
        assert len(vendor.ledger.at(CREATE)) == 3


@pytest.mark.parametrize("dialect", [NEW_API, TASKS], ids=lambda one: one.name)
@pytest.mark.parametrize("fault", [faults.RESET_BEFORE, faults.RESET_AFTER], ids=str)
async def test_where_nothing_can_be_looked_up_the_person_decides(
    tmp_path: Path, dialect: VideosDialect | GenerationsDialect, fault: faults.Fault
) -> None:
    create, extra = CREATE if dialect is NEW_API else "POST /v1/video/generations", EXTRA.get(dialect.name, "")
    async with serve(dialect) as vendor, at(configured(tmp_path, vendor.base_url, extra)) as person:
        vendor.faults.add(create, fault)
        await ask(person)
        told = await person.told("error-unknown-outcome")
        assert len(vendor.ledger.at(create)) == 1
        button = told.message.buttons[0][0]
        assert button.label == person.text("button-try-again-paid")
        await person.do(tap=button.tap)
        await person.media("video")
        assert len(vendor.ledger.at(create)) == 2


@pytest.mark.parametrize(
    ("fault", "text_id"),
    [
        (faults.answer(401, error_body("Incorrect API key provided.", code="invalid_api_key")), "error-no-access"),
        (faults.answer(429, error_body("No credit.", code="insufficient_quota")), "error-no-access"),
        (faults.answer(404, error_body("Gone.", code="model_not_found")), "error-no-access"),
        (faults.answer(400, error_body("Blocked.", code="moderation_blocked")), "error-refused"),
        (faults.answer(400, error_body("Wrong.", code="invalid_value")), "error-provider"),
        (faults.answer(429, error_body("Slow.", code="rate_limit_exceeded"), retry_after="600"), "error-try-later"),
    ],
    ids=["bad key", "no credit", "gone", "refused", "misused", "rate limit"],
)
async def test_what_the_person_is_told(tmp_path: Path, fault: faults.Fault, text_id: str) -> None:
    async with serve() as vendor, at(configured(tmp_path, vendor.base_url)) as person:
        vendor.faults.add(CREATE, fault)
        await ask(person)
        told = await person.told(text_id)
        assert KEY not in told.message.text
        assert vendor.ledger.paid == []
        assert len(vendor.ledger.at(CREATE)) == 1


async def test_a_refusal_after_the_render_is_not_paid_twice(tmp_path: Path) -> None:
    async with serve() as vendor, at(configured(tmp_path, vendor.base_url)) as person:
        vendor.jobs.add(Plan(end="failed", error=("moderation_blocked", "Your request was blocked.")))
        await ask(person)
        await person.told("error-refused")
        assert vendor.ledger.count("video") == 1


@pytest.mark.parametrize("fault", [faults.TRUNCATED, faults.html(200), faults.RESET_MID_BODY], ids=str)
async def test_a_download_is_made_again_from_the_same_video(tmp_path: Path, fault: faults.Fault) -> None:
    async with serve() as vendor, at(configured(tmp_path, vendor.base_url)) as person:
        vendor.faults.add(FILE, fault, fault)
        await ask(person)
        await person.media("video")
        assert vendor.ledger.count("video") == 1
        assert len(vendor.ledger.at(FILE)) == 3


async def test_what_is_late_is_still_fetched(tmp_path: Path) -> None:
    path = configured(tmp_path, "BASE_URL")
    async with serve() as vendor:
        text = path.read_text().replace("BASE_URL", vendor.base_url)
        path.write_text(text.replace("poll_interval = 0.01", "poll_interval = 0.01\npoll_attempts = 5"))
        vendor.jobs.plan = Plan(end="stuck")
        async with at(path) as person:
            await ask(person)
            told = await person.told("error-timeout")
            vendor.jobs.finish()
            await person.do(tap=told.message.buttons[0][0].tap)
            await person.media("video")
        assert vendor.ledger.count("video") == 1


@pytest.mark.parametrize("executed", [True, False], ids=["arrived", "lost"])
async def test_a_process_that_ends_in_the_middle_finds_out_at_the_next_start(tmp_path: Path, executed: bool) -> None:
    async with serve() as vendor:
        path = configured(tmp_path, vendor.base_url, "[jobs]\ngrace = 0.0")
        vendor.faults.add(CREATE, faults.hang(executed=executed))
        async with at(path) as person:
            await ask(person)
            await vendor.ledger.until(lambda ledger: len(ledger.at(CREATE)) == 1)
            await vendor.ledger.until(lambda ledger: ledger.count("video") == int(executed))
        async with at(path) as person:
            await person.media("video")
        assert vendor.ledger.count("video") == 1
        assert len(vendor.ledger.at(CREATE)) == (1 if executed else 2)
