"""The journal: jobs, and the results of their steps. Also the ledger of what was paid for."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from hayal.errors import HayalError
from hayal.storage.prepared import Prepared, Row
from hayal.storage.tables import job_steps, jobs

JobState: TypeAlias = Literal["waiting", "running", "done", "failed", "cancelled", "stalled"]
StepState: TypeAlias = Literal["intent", "done", "failed"]


class NotOwner(HayalError):
    """The job has ended, or another process owns it now: what this one found is not recorded."""


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as recorded. Jobs of the same user and lane run one after the other, by `number`."""

    number: int
    id: str
    flow: str
    lane: str
    user_id: str
    chat: str
    args: Mapping[str, Any]
    state: JobState
    deadline: float | None
    created_at: float


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step as recorded. `at` is when, in seconds since 1970."""

    state: StepState
    result: Any
    at: float


_COLUMNS = (
    jobs.c.number,
    jobs.c.id,
    jobs.c.flow,
    jobs.c.lane,
    jobs.c.user_id,
    jobs.c.chat,
    jobs.c.args,
    jobs.c.state,
    jobs.c.deadline,
    jobs.c.created_at,
)
_UNFINISHED = sa.or_(jobs.c.state == "waiting", jobs.c.state == "running")

_insert = insert(jobs)
_add = Prepared(
    _insert.on_conflict_do_nothing(), "id", "flow", "lane", "user_id", "chat", "args", "state", "created_at"
)
_claim = Prepared(
    sa.update(jobs)
    .where(jobs.c.id == sa.bindparam("the_id"), _UNFINISHED)
    .values(state="running", owner=sa.bindparam("the_owner"))
)
_owned = Prepared(
    sa.select(sa.literal(1)).where(
        jobs.c.id == sa.bindparam("the_id"), jobs.c.owner == sa.bindparam("the_owner"), jobs.c.state == "running"
    )
)
_steps = Prepared(
    sa.select(job_steps.c.name, job_steps.c.state, job_steps.c.result, job_steps.c.at).where(
        job_steps.c.job_id == sa.bindparam("the_id")
    )
)
_step_insert = insert(job_steps)
_record = Prepared(
    _step_insert.on_conflict_do_update(
        index_elements=["job_id", "name"],
        set_={
            "state": _step_insert.excluded.state,
            "result": _step_insert.excluded.result,
            "at": _step_insert.excluded.at,
        },
    ),
    "job_id",
    "name",
    "state",
    "result",
    "at",
)
_withdraw = Prepared(
    sa.delete(job_steps).where(
        job_steps.c.job_id == sa.bindparam("the_id"), job_steps.c.name == sa.bindparam("the_name")
    )
)
_end = Prepared(
    sa.update(jobs)
    .where(jobs.c.id == sa.bindparam("the_id"))
    .values(state=sa.bindparam("the_state"), error=sa.bindparam("the_error"), ended_at=sa.bindparam("now"))
)
_count = Prepared(
    sa.select(jobs.c.state, sa.func.count())
    .where(jobs.c.user_id == sa.bindparam("who"), jobs.c.lane == sa.bindparam("the_lane"), _UNFINISHED)
    .group_by(jobs.c.state)
)
_unfinished_of = Prepared(
    sa.select(*_COLUMNS).where(jobs.c.user_id == sa.bindparam("who"), _UNFINISHED).order_by(jobs.c.number)
)
_cancel = Prepared(
    sa.update(jobs)
    .where(jobs.c.user_id == sa.bindparam("who"), _UNFINISHED)
    .values(state="cancelled", ended_at=sa.bindparam("now"))
)


def _job(row: Row) -> JobRow:
    number, job_id, flow, lane, user_id, chat, args, state, deadline, created_at = row
    return JobRow(number, job_id, flow, lane, user_id, chat, json.loads(args), state, deadline, created_at)


def status_key(job_id: str) -> str:
    """The key of a job's status message, which is edited as the job gets on."""
    return f"{job_id}.status"


def add_job(
    conn: sa.Connection, job_id: str, flow: str, lane: str, user_id: str, chat: str, args: Mapping[str, Any]
) -> JobRow | None:
    """Accept a job. None if a job with this id was accepted before."""
    now = time.time()
    number = _add.insert(
        conn,
        id=job_id,
        flow=flow,
        lane=lane,
        user_id=user_id,
        chat=chat,
        args=json.dumps(dict(args), ensure_ascii=False),
        state="waiting",
        created_at=now,
    )
    return JobRow(number, job_id, flow, lane, user_id, chat, args, "waiting", None, now) if number else None


def unfinished_of(conn: sa.Connection, user_id: str, lane: str) -> dict[JobState, int]:
    """How many jobs a user has waiting and running in a lane."""
    return dict(_count.all(conn, who=user_id, the_lane=lane))


def unfinished(conn: sa.Connection) -> list[JobRow]:
    """Every job to go on with, oldest first."""
    return [_job(row) for row in conn.execute(sa.select(*_COLUMNS).where(_UNFINISHED).order_by(jobs.c.number))]


def job_of(conn: sa.Connection, user_id: str, job_id: str) -> JobRow | None:
    """A job by id, if it is this user's."""
    row = conn.execute(sa.select(*_COLUMNS).where(jobs.c.id == job_id, jobs.c.user_id == user_id)).first()
    return _job(tuple(row)) if row else None


def claim(conn: sa.Connection, job_id: str, owner: str) -> dict[str, StepRow] | None:
    """Take a job over for `owner`; returns what is recorded of it, or None if it has ended."""
    if not _claim.do(conn, the_id=job_id, the_owner=owner):
        return None
    return {name: StepRow(state, json.loads(result), at) for name, state, result, at in _steps.all(conn, the_id=job_id)}


def still_owned(conn: sa.Connection, job_id: str, owner: str) -> bool:
    """Whether `owner` may still write for this job."""
    return _owned.one(conn, the_id=job_id, the_owner=owner) is not None


def record(conn: sa.Connection, job_id: str, owner: str, name: str, state: StepState, result: Any) -> StepRow:
    """Record a step. Raises NotOwner if the job is not `owner`'s any more."""
    if not still_owned(conn, job_id, owner):
        raise NotOwner(f"job {job_id} is not ours any more")
    at = time.time()
    _record.do(conn, job_id=job_id, name=name, state=state, result=json.dumps(result, ensure_ascii=False), at=at)
    return StepRow(state, result, at)


def withdraw(conn: sa.Connection, job_id: str, owner: str, name: str) -> None:
    """Take an intent back: the call is known not to have been made. Raises NotOwner."""
    if not still_owned(conn, job_id, owner):
        raise NotOwner(f"job {job_id} is not ours any more")
    _withdraw.do(conn, the_id=job_id, the_name=name)


def set_deadline(conn: sa.Connection, job_id: str, deadline: float) -> None:
    """Set until when (seconds since 1970) the job's remote work is polled for."""
    conn.execute(sa.update(jobs).where(jobs.c.id == job_id).values(deadline=deadline))


def end_job(conn: sa.Connection, job_id: str, owner: str, state: JobState, error: str | None = None) -> None:
    """Record how a job ended. Raises NotOwner."""
    if not still_owned(conn, job_id, owner):
        raise NotOwner(f"job {job_id} is not ours any more")
    _end.do(conn, the_id=job_id, the_state=state, the_error=error, now=time.time())


def cancel_jobs(conn: sa.Connection, user_id: str) -> list[JobRow]:
    """Mark every unfinished job of a user cancelled; returns them."""
    found = [_job(row) for row in _unfinished_of.all(conn, who=user_id)]
    if found:
        _cancel.do(conn, who=user_id, now=time.time())
    return found


def revive(conn: sa.Connection, job_id: str, seconds: float) -> float | None:
    """Let a stalled job go on for `seconds` more; returns its new deadline, or None if it is not stalled."""
    deadline = time.time() + seconds
    stalled = sa.update(jobs).where(jobs.c.id == job_id, jobs.c.state == "stalled")
    done = conn.execute(stalled.values(state="waiting", deadline=deadline, ended_at=None))
    return deadline if done.rowcount else None


def revive_stalled(conn: sa.Connection, seconds: float) -> list[JobRow]:
    """Let stalled jobs accepted within the last `seconds` ask once more; returns them, oldest first."""
    now = time.time()
    where = sa.and_(jobs.c.state == "stalled", jobs.c.created_at >= now - seconds)
    found = [_job(tuple(row)) for row in conn.execute(sa.select(*_COLUMNS).where(where).order_by(jobs.c.number))]
    conn.execute(sa.update(jobs).where(where).values(state="waiting", deadline=now, ended_at=None))
    return [replace(row, state="waiting", deadline=now) for row in found]


def prune_jobs(conn: sa.Connection, before: float) -> int:
    """Delete jobs that ended before the time `before`, with their steps; returns how many."""
    return conn.execute(sa.delete(jobs).where(jobs.c.ended_at < before)).rowcount
