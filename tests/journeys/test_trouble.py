"""The table provider by fault: what the person saw, what the admin saw, how often was paid.

The tables lie in `trouble/`, to be read. `WRITE_TABLES=1` writes them anew; what they may never say is checked here for
every row, whatever is written.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness import Person
from hayal.http import api
from hayal.jobs import chain
from journeys.trouble import SHORT, Bench, Row, running, table, tried
from servers import faults_gemini, faults_openai, faults_sora
from servers.base import free_closed_port
from servers.catalogue import Case
from servers.gemini import gemini_server
from servers.jobs import Plan
from servers.openai import openai_server
from servers.sora import sora_server
from servers.sora_generations import generations_server

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]
TABLES = Path(__file__).parent / "trouble"
WRITE = os.environ.get("WRITE_TABLES")

SORA = 'api_key = "sk-test"\nbase_url = "{url}"\nmodel = "sora-2"\nsizes = ["144x256"]\nsettle = 0\n'
GEMINI = 'api_key = "test-key"\nbase_url = "{url}"\nresolution = "360p"\n'
GPT = 'api_key = "sk-test"\nbase_url = "{url}"\nmoderation_model = ""\nimage_timeout = 0.6\n'


def only(cases: tuple[Case, ...], *where: str) -> tuple[Case, ...]:
    """The cases at these routes."""
    return tuple(case for case in cases if case.plan or set(case.where) & set(where))


BENCHES = {
    "sora videos": Bench(
        "sora",
        "video",
        SORA,
        sora_server,
        "video new",
        (faults_sora.VIDEOS,),
        (
            *only(faults_sora.CASES, faults_sora.VIDEOS),
            *only(faults_sora.POLLS, faults_sora.VIDEO),
            *faults_sora.DOWNLOADS,
            *faults_sora.ENDS,
        ),
        findable=True,
    ),
    "sora generations": Bench(
        "sora",
        "video",
        f'{SORA}protocol = "generations"\n',
        generations_server,
        "video new",
        (faults_sora.GENERATIONS,),
        (
            *only(faults_sora.CASES, faults_sora.GENERATIONS),
            *only(faults_sora.POLLS, faults_sora.GENERATION),
            *faults_sora.ENDS,
        ),
    ),
    "gemini videos": Bench(
        "gemini",
        "video",
        GEMINI,
        gemini_server,
        "video new",
        (faults_gemini.INTERACTIONS,),
        (
            *only(faults_gemini.CASES, faults_gemini.INTERACTIONS),
            *faults_gemini.POLLS,
            *faults_gemini.DOWNLOADS,
            *faults_gemini.ENDS,
        ),
    ),
    "gemini images": Bench(
        "gemini",
        "image",
        GEMINI,
        gemini_server,
        "selfie",
        (faults_gemini.GENERATE,),
        only(faults_gemini.CASES, faults_gemini.GENERATE),
    ),
    "gpt images": Bench(
        "gpt",
        "image",
        GPT,
        openai_server,
        "selfie",
        (faults_openai.IMAGES,),
        only(faults_openai.CASES, faults_openai.IMAGES),
    ),
}
EVERY = pytest.mark.parametrize("name", BENCHES)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Retries wait no time, and vendors have less than a second to answer."""
    import stamina

    import hayal_gemini.images
    import hayal_gemini.videos
    import hayal_sora.videos

    for module in (hayal_gemini.images, hayal_gemini.videos, hayal_sora.videos):
        monkeypatch.setattr(module, "LIMIT", SHORT)
    monkeypatch.setattr(api, "WAIT", SHORT)
    monkeypatch.setattr(api, "STALLED", SHORT)
    stamina.set_testing(True, attempts=chain.TRIES, cap=True)
    yield
    stamina.set_testing(False)


def never(bench: Bench, case: Case, row: Row) -> None:
    """What holds for every row."""
    assert row.paid <= 1, f"{row}: paid twice"
    if row.person in {"video", "image"}:
        assert row.paid == 1, f"{row}: delivered without being paid for"
    if case.billed and not bench.findable and not case.plan:
        assert row.person != "error-try-later", f"{row}: it was paid, and the person is told that it was not"
    if row.person == "error-try-later":
        assert row.paid == 0, row
    assert (row.admin != "-") == (row.person == "error-no-access"), row
    assert row.person != "error-unexpected", row


@EVERY
async def test_what_comes_of_each_fault(tmp_path: Path, name: str) -> None:
    bench = BENCHES[name]
    rows = []
    async with running(bench, tmp_path) as (engine, vendor):
        for case in bench.cases:
            row = await tried(bench, case, engine, vendor)
            never(bench, case, row)
            rows.append(row)
    path = TABLES / f"{name.replace(' ', '-')}.txt"
    if WRITE:
        path.parent.mkdir(exist_ok=True)
        path.write_text(table(rows))
    assert table(rows) == path.read_text()


@EVERY
async def test_the_next_is_paid_only_if_the_first_was_not_or_failed_for_good(tmp_path: Path, name: str) -> None:
    bench = BENCHES[name]
    async with running(bench, tmp_path, chain=True) as (engine, vendor):
        for case in (case for case in bench.cases if case.plan or set(case.where) & set(bench.where)):
            row = await tried(bench, case, engine, vendor)
            assert row.paid <= 1, row
            if row.next:
                assert row.next == 1, row
                unpaid = row.paid == 0
                assert unpaid or "Failed" in case.means, f"{row}: paid twice, and the first might still deliver"
                assert not {"Refused", "OutcomeUnknown"} >= set(case.means), row
            if set(case.means) <= {"NoAccess", "Gone", "Misused"}:
                assert (row.next, row.person) == (1, bench.kind), row


@EVERY
async def test_a_closed_port_costs_nothing(tmp_path: Path, name: str) -> None:
    bench = BENCHES[name]
    async with running(bench, tmp_path) as (engine, vendor):
        with free_closed_port() as port:
            part = (engine.services.videos if bench.kind == "video" else engine.services.images).links[0].part
            closed = type(part)(part.settings.model_copy(update={"base_url": f"http://127.0.0.1:{port}/v1"}), part.host)
            async with closed:
                (engine.services.videos if bench.kind == "video" else engine.services.images).links[0].part = closed
                row = await tried(bench, Case("closed port", ("NotSent",)), engine, vendor)
        assert (row.person, row.buttons, row.admin, row.paid) == ("error-try-later", "button-try-again", "-", 0)


@pytest.mark.parametrize("name", [name for name, bench in BENCHES.items() if bench.kind == "video"])
async def test_what_was_not_ready_in_time_is_fetched_when_the_person_looks_again(tmp_path: Path, name: str) -> None:
    bench = BENCHES[name]
    async with running(bench, tmp_path) as (engine, vendor):
        config = engine.loaded.config.video
        object.__setattr__(config, "poll_attempts", 3)
        row = await tried(bench, Case("stuck", (), plan=Plan(queued=2, polls=6)), engine, vendor)
        assert (row.person, row.buttons, row.paid) == ("error-timeout", "button-check-again", 1)
        messenger = engine.messengers["null"]
        name = max(
            (post.chat for post in messenger.seen.values() if post.chat != "boss"), key=lambda chat: int(chat[1:])
        )
        person = Person(messenger, name)
        for _ in range(20):
            shown = await person.until(
                lambda post: post.message.attachment is not None or "check " in str(post.message.buttons)
            )
            if shown.message.attachment:
                break
            await person.do(tap=shown.message.buttons[0][0].tap)
            messenger.seen.pop(shown.key)
        assert shown.message.attachment
        assert len(vendor.ledger.paid) == 1
