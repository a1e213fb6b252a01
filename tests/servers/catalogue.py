"""Named cases for the table provider × fault: what goes wrong, where, and how a plugin may understand it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from . import faults
from .faults import Fault
from .jobs import Plan

Meaning: TypeAlias = Literal[
    "TryLater", "NotSent", "Refused", "Misused", "NoAccess", "Gone", "Failed", "OutcomeUnknown", "Retried"
]
"""Errors of `hayal.errors` by name; "Retried" is no error: the same call once more, at no cost, and it goes on."""


@dataclass(frozen=True, slots=True)
class Case:
    """One fault at some routes. `means`: what a plugin may raise (or do) then; more than one where nobody can know.

    `billed`: whether the work was done although its result is lost. `plan` instead of `fault`: a job that ends so.
    """

    name: str
    means: tuple[Meaning, ...]
    fault: Fault | None = None
    where: tuple[str, ...] = ()
    plan: Plan | None = None
    billed: bool = False
    after: float | None = field(default=None)

    def __str__(self) -> str:
        return self.name


def transport(*where: str) -> tuple[Case, ...]:
    """What any connection can do to a call that is paid for: nobody can know then whether it was executed."""
    lost: tuple[Meaning, ...] = ("OutcomeUnknown",)
    unclear: tuple[Meaning, ...] = ("OutcomeUnknown", "TryLater")
    return (
        Case("reset before", lost, faults.RESET_BEFORE, where),
        Case("reset after", lost, faults.RESET_AFTER, where, billed=True),
        Case("reset mid body", lost, faults.RESET_MID_BODY, where, billed=True),
        Case("closed mid body", lost, faults.CLOSE_MID_BODY, where, billed=True),
        Case("half a body", lost, faults.TRUNCATED, where, billed=True),
        Case("hang", lost, faults.hang(), where),
        Case("hang executed", lost, faults.hang(executed=True), where, billed=True),
        Case("html 200", lost, faults.html(200), where),
        Case("html 502", unclear, faults.html(502), where),
        Case("html 504", unclear, faults.html(504), where),
        Case("html 502 executed", unclear, faults.html(502, executed=True), where, billed=True),
    )


def free_transport(*where: str) -> tuple[Case, ...]:
    """The same for a call that costs nothing (a poll, a download): it is simply made again."""
    again: tuple[Meaning, ...] = ("Retried", "TryLater", "NotSent")
    return (
        Case("reset before", again, faults.RESET_BEFORE, where),
        Case("reset mid body", again, faults.RESET_MID_BODY, where),
        Case("closed mid body", again, faults.CLOSE_MID_BODY, where),
        Case("half a body", again, faults.TRUNCATED, where),
        Case("slow", ("Retried",), faults.slow(0.2), where),
        Case("hang", again, faults.hang(), where),
        Case("html 200", again, faults.html(200), where),
        Case("html 502", again, faults.html(502), where),
        Case("empty 200", again, faults.answer(200, b"", name="empty 200"), where),
    )
