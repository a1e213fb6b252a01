"""Every fault with each thing gpt does: which error comes out, how often it was asked, and what was billed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import pytest
from gpt_kit import PHOTO, PICTURE, REPLY, VIDEO, host, settings

from hayal import (
    Failed,
    Gone,
    Misused,
    ModerationRequest,
    NoAccess,
    NotSent,
    OutcomeUnknown,
    ProviderError,
    Refused,
    TryLater,
)
from hayal_gpt.images import GptImages
from hayal_gpt.moderation import GptModerator
from hayal_gpt.prompts import GptPrompts
from hayal_gpt.service import Gpt
from servers import faults, media
from servers.base import free_closed_port
from servers.catalogue import Case
from servers.faults import Fault, answer
from servers.faults_openai import CASES
from servers.ledger import Work
from servers.openai import OpenAI
from servers.openai_errors import error_body

pytestmark = pytest.mark.anyio

Error: TypeAlias = type[ProviderError]


@dataclass(frozen=True)
class Deed:
    """One thing gpt does: which part does it, by which route, and the work that is billed."""

    part: type[Gpt]
    route: str
    call: Callable[[Any], Awaitable[Any]]
    bills: Work | None
    unclear: Error
    """What comes out if nobody can say whether it was executed."""
    failed: Error
    """What comes out of a 500 with an error of the service's own."""
    api: str = "responses"


FACE = replace(PICTURE, reference=media.picture(256, 256, "jpeg"))
RESPONSES, CHAT = "POST /v1/responses", "POST /v1/chat/completions"

DEEDS = {
    "photo prompt": Deed(GptPrompts, RESPONSES, lambda part: part.photo_prompt(PHOTO), "text", Failed, Failed),
    "video prompt": Deed(GptPrompts, RESPONSES, lambda part: part.video_prompt(VIDEO), "text", Failed, Failed),
    "reply": Deed(GptPrompts, RESPONSES, lambda part: part.reply(REPLY), "text", Failed, Failed),
    "photo prompt, chat": Deed(GptPrompts, CHAT, lambda part: part.photo_prompt(PHOTO), "text", Failed, Failed, "chat"),
    "video prompt, chat": Deed(GptPrompts, CHAT, lambda part: part.video_prompt(VIDEO), "text", Failed, Failed, "chat"),
    "reply, chat": Deed(GptPrompts, CHAT, lambda part: part.reply(REPLY), "text", Failed, Failed, "chat"),
    "moderation": Deed(
        GptModerator,
        "POST /v1/moderations",
        lambda part: part.allows(ModerationRequest("hello", "talk")),
        None,
        NotSent,
        NotSent,
    ),
    "picture": Deed(
        GptImages, "POST /v1/images/generations", lambda part: part.generate(PICTURE), "image", OutcomeUnknown, Failed
    ),
    "picture of a face": Deed(
        GptImages, "POST /v1/images/edits", lambda part: part.generate(FACE), "image", OutcomeUnknown, Failed
    ),
}


def said(
    status: int, code: str | None, *, kind: str = "invalid_request_error", message: str = "No.", **more: Any
) -> Fault:
    """An error of OpenAI's."""
    return answer(status, error_body(message, kind=kind, code=code), name=f"{status} {code or kind}", **more)


SETTLED: list[tuple[Fault, Error]] = [
    (said(400, "invalid_json_schema"), Misused),
    (said(400, None, message="Your request was rejected by our safety system."), Refused),
    (said(400, "model_not_found"), Gone),
    (said(400, None, message="The model `x` has been deprecated, learn more."), Gone),
    (answer(301, b"", location="http://127.0.0.1:9/", name="301"), Misused),
    (answer(402, {"error": "Insufficient balance"}, name="402 of a gateway"), NoAccess),
    (answer(200, {"error": {"message": "No credit.", "code": 402}}, name="402 within a 200"), NoAccess),
    (answer(200, {"error": {"message": "Wait.", "code": 429}}, name="429 within a 200"), TryLater),
    (answer(200, {"error": {"message": "broken"}}, name="an error within a 200"), Failed),
    (answer(200, [], name="a list"), Failed),
]
"""Faults that mean the same whatever was asked for, beside those of the catalogue."""

FAILED = [said(500, None, kind="server_error"), said(408, None, kind="timeout"), said(504, None, kind="server_error")]
"""The service says itself that it failed."""

UNCLEAR: list[tuple[Fault, int]] = [
    (faults.html(502), 0),
    (faults.html(504, executed=True), 1),
    (faults.html(), 0),
    (faults.RESET_BEFORE, 0),
    (faults.RESET_AFTER, 1),
    (faults.RESET_MID_BODY, 1),
    (faults.CLOSE_MID_BODY, 1),
    (faults.TRUNCATED, 1),
    (faults.hang(5), 0),
    (faults.hang(5, executed=True), 1),
]
"""Faults after which nobody can say whether it was executed, and how often it was."""

HASTY = {"timeout": 0.4, "image_timeout": 0.4}
"""Seconds after which a call that hangs is given up."""


def part_of(deed: Deed, base_url: str, **more: Any) -> Gpt:
    return deed.part(settings(base_url=base_url, api=deed.api, **more), host())


async def outcome(deed: Deed, vendor: OpenAI, fault: Fault | None, **more: Any) -> ProviderError | None:
    """What is raised after `fault`, having seen that it was asked for once."""
    vendor.faults.add(deed.route, fault)
    raised: ProviderError | None = None
    async with part_of(deed, vendor.base_url, **more) as part:
        try:
            await deed.call(part)
        except ProviderError as error:
            raised = error
    assert "sk-test-0123456789" not in str(raised)
    assert len(vendor.ledger.requests) == 1  # nothing is tried again by the plugin itself
    assert vendor.faults.left() == 0
    return raised


@pytest.fixture(params=DEEDS.values(), ids=list(DEEDS))
def deed(request: pytest.FixtureRequest) -> Deed:
    found: Deed = request.param
    return found


@pytest.mark.parametrize(("fault", "error"), SETTLED, ids=[str(fault) for fault, _ in SETTLED])
async def test_what_the_service_says_settles_it(vendor: OpenAI, deed: Deed, fault: Fault, error: Error) -> None:
    raised = await outcome(deed, vendor, fault)
    assert type(raised) is error
    assert not vendor.ledger.paid


OWN_WORD = {"server error", "server error, final", "error as a string"}
"""Cases of the catalogue in which the service says itself that it failed: that settles a call whose result would have
come with the answer."""


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_the_catalogue(vendor: OpenAI, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hayal_gpt.moderation.LIMIT", 0.4)
    assert case.fault
    concerned = [deed for deed in DEEDS.values() if deed.route in case.where]
    assert concerned
    for deed in concerned:
        vendor.ledger.requests.clear()
        vendor.ledger.paid.clear()
        raised = await outcome(deed, vendor, case.fault, **(HASTY if case.fault.kind == "hang" else {}))
        if case.name in OWN_WORD:
            assert type(raised) is deed.failed, deed
        else:
            assert type(raised).__name__ in case.means, deed
        if case.after is not None:
            assert isinstance(raised, TryLater)
            assert raised.after == pytest.approx(case.after)
        wanted = 1 if case.billed else 0
        await vendor.ledger.until(lambda ledger, wanted=wanted: len(ledger.paid) >= wanted)
        assert len(vendor.ledger.paid) == wanted, deed


@pytest.mark.parametrize("fault", FAILED, ids=str)
async def test_the_service_failed(vendor: OpenAI, deed: Deed, fault: Fault) -> None:
    assert type(await outcome(deed, vendor, fault)) is deed.failed


@pytest.mark.parametrize(("fault", "billed"), UNCLEAR, ids=[f"{fault}" for fault, _ in UNCLEAR])
async def test_nobody_knows(
    vendor: OpenAI, deed: Deed, fault: Fault, billed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hayal_gpt.moderation.LIMIT", 0.4)
    assert type(await outcome(deed, vendor, fault, **(HASTY if fault.kind == "hang" else {}))) is deed.unclear
    wanted = billed if deed.bills else 0
    await vendor.ledger.until(lambda ledger: len(ledger.paid) >= wanted)
    assert len(vendor.ledger.paid) == wanted


async def test_a_slow_answer_is_an_answer(vendor: OpenAI, deed: Deed) -> None:
    assert await outcome(deed, vendor, faults.slow(0.1)) is None
    assert [paid.what for paid in vendor.ledger.paid] == ([deed.bills] if deed.bills else [])


async def test_nobody_is_there(deed: Deed) -> None:
    with free_closed_port() as port:
        async with part_of(deed, f"http://127.0.0.1:{port}/v1") as part:
            with pytest.raises(NotSent) as caught:
                await deed.call(part)
    assert type(caught.value) is NotSent
