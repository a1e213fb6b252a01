"""Looking a video up in the endpoint's list, when its submission may or may not have arrived."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any, Literal, TypeAlias

from hayal import Misused, OutcomeUnknown, ProviderError, VideoRequest
from hayal.errors import Gone
from hayal.http import Answer, Api
from hayal_sora.reading import Film, read_film

SKEW = 60.0
"""Seconds the endpoint's clock may be behind ours."""

PAGE = 100
PAGES = 30
"""Pages of the list that are read at most; more in the time in question is more than can be told apart."""

Likeness: TypeAlias = Literal["same", "other", "unclear"]


def likeness(film: Film, request: VideoRequest, model: str) -> Likeness:
    """Whether an entry of the list is what `request` asked for, as far as the entry says."""
    fitting = film.seconds in {None, float(request.seconds)} and film.size in {"", str(request.size)}
    if film.prompt is None:
        return "unclear" if fitting else "other"
    mine, theirs = " ".join(request.prompt.text().split()), " ".join(film.prompt.split())
    if mine != theirs:
        cut = theirs.rstrip(".… ")
        return "unclear" if fitting and len(cut) >= 40 and mine.startswith(cut) else "other"
    if not fitting:
        return "other"
    return "same" if film.model in {"", model} else "unclear"


async def recent_films(api: Api, since: float) -> AsyncIterator[Film]:
    """Entries of the list handed in at `since` (seconds since 1970) or later, or at a time it does not say.

    Raises OutcomeUnknown if the endpoint has no list, or one that cannot be read to its end.
    """
    after = ""
    seen: set[str] = set()
    for _ in range(PAGES):
        params: dict[str, str | int] = {"limit": PAGE, "order": "desc"}
        if after:
            params["after"] = after
        answer = await _page(api, params)
        entries = answer.data.get("data") if isinstance(answer.data, dict) else None
        if not isinstance(entries, list):
            raise OutcomeUnknown("the endpoint's list of videos cannot be read")
        films = [read_film({"id": "", **entry}) for entry in entries if isinstance(entry, dict)]
        for film in films:
            if film.created is None or film.created >= since - SKEW:
                yield film
        times = [film.created for film in films if film.created is not None]
        newest_first = len(times) == len(films) and times == sorted(times, reverse=True)
        if not answer.data.get("has_more") or (newest_first and times and times[-1] < since - SKEW):
            return
        after = str(answer.data.get("last_id") or (films[-1].id if films else ""))
        if not after or after in seen:
            raise OutcomeUnknown("the endpoint's list of videos does not go on where it ends")
        seen.add(after)
    raise OutcomeUnknown(f"the endpoint's list of videos has more than {PAGES} pages for the time in question")


async def _page(api: Api, params: dict[str, str | int]) -> Answer:
    try:
        return await api.call("GET", "videos", params=params)
    except (Gone, Misused) as error:
        raise OutcomeUnknown(f"the endpoint has no list of videos to look into: {error}") from error


async def look_up(
    api: Api,
    request: VideoRequest,
    since: datetime,
    model: str,
    owner: Callable[[str], Awaitable[Any]],
) -> str | None:
    """The id of the one video in the list that is this request's and nobody else's; None if there certainly is none.

    `owner` gives the key of the request that an id is known to belong to, or None. Raises OutcomeUnknown if it cannot
    be told: entries without a prompt, or two that are the same.
    """
    same, unclear = [], 0
    async for film in recent_films(api, since.timestamp()):
        like = likeness(film, request, model)
        if like == "other":
            continue
        key = await owner(film.id) if film.id else None
        if key == request.key:
            return film.id
        if key is not None:
            continue
        if like == "same" and film.id:
            same.append(film.id)
        else:
            unclear += 1
    if len(set(same)) == 1:
        return same[0]
    if same or unclear:
        raise OutcomeUnknown("the endpoint lists videos that may be this one, and none that certainly is")
    return None


def no_list() -> ProviderError:
    """What is raised where there is nothing to look into."""
    return OutcomeUnknown("this endpoint has no list of what was handed in")
