"""Videos over the Sora protocol, `videos` (OpenAI's) or `generations` (older gateways')."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import ClassVar, Self
from urllib.parse import urlsplit

import anyio
from pydantic import SecretStr

from hayal import (
    Done,
    Gone,
    Host,
    Misused,
    NoAccess,
    NotSent,
    OutcomeUnknown,
    Running,
    Settings,
    VideoCapabilities,
    VideoGenerator,
    VideoRequest,
)
from hayal.http import Api
from hayal.retirement import retirement
from hayal_sora.lookup import look_up, no_list
from hayal_sora.models import family, models
from hayal_sora.owned import Owned
from hayal_sora.reading import Film, read_film, why_failed, why_not_taken
from hayal_sora.requests import content_path, film_path, segment, submission
from hayal_sora.settings import SoraSettings

LIMIT = 120.0
"""Seconds the answer to a submission may take: a picture goes with it."""


class SoraVideos(VideoGenerator):
    """Hands a prompt and a first frame to an endpoint, and fetches what it made."""

    settings_type: ClassVar[type[Settings]] = SoraSettings
    settings: SoraSettings

    def __init__(self, settings: SoraSettings, host: Host) -> None:
        super().__init__(settings, host)
        offer = models().offer(settings.model)
        self.capabilities = VideoCapabilities(
            seconds=settings.seconds or offer.seconds,
            sizes=settings.sizes or offer.sizes,
            reference=settings.reference,
            faces=settings.faces,
        )
        self._owned = Owned(host.notes)
        self._adopting = anyio.Lock()
        self._under_way: Counter[str] = Counter()
        self._tried: dict[str, float] = {}

    async def __aenter__(self) -> Self:
        key = SecretStr(f"Bearer {self.settings.api_key.get_secret_value()}")
        self._api = Api(self.settings.base_url, {"Authorization": key})
        await self._api.__aenter__()
        await self._owned.tidy()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._api.__aexit__(kind, error, trace)

    async def submit(self, request: VideoRequest) -> str:
        """Hand the work in."""
        asked, text = submission(self.settings, request), request.prompt.text()
        self._under_way[text] += 1
        try:
            answer = await self._api.call(
                "POST",
                asked.path,
                cost="job",
                limit=LIMIT,
                json=asked.json,
                fields=asked.fields,
                files=asked.files,
            )
            film = read_film(answer.data)
            if film.id:
                await self._owned.keep(request.key, film.id)
                return film.id
            raise why_not_taken(film) or OutcomeUnknown("the answer to a new video names no id")
        except OutcomeUnknown:
            self._tried[request.key] = time.time()
            raise
        finally:
            self._under_way[text] -= 1
            self._under_way += Counter()  # drops what is at zero

    async def poll(self, remote: str) -> Running | Done:
        """One question; the endpoint's hint for the next is passed on."""
        path = film_path(self.settings, remote)
        try:
            answer = await self._api.call("GET", path)
        except Misused as error:
            raise NotSent(f"a question about a video was not understood: {error}") from error  # what was paid lives on
        film = read_film(answer.data)
        if film.state == "done":
            return Done(self._cost(film))
        if film.state == "failed":
            raise why_failed(film)
        return Running(film.progress, poll_after=answer.after)

    def _cost(self, film: Film) -> float | None:
        price = self.settings.price_per_second
        if price is None:
            price = models().price(self.settings.model, film.size)
        return None if price is None or not film.seconds else round(price * film.seconds, 4)

    async def download(self, remote: str) -> AsyncIterator[bytes]:
        """The video: from the address the endpoint names, if it names one, else from /content.

        The key goes to the endpoint's own origin alone.
        """
        film = read_film((await self._api.call("GET", film_path(self.settings, remote))).data)
        places = [self._absolute(film.url)] if film.url else []
        for place in (*places, content_path(remote)):
            begun = False
            try:
                async for chunk in self._api.download(place):
                    begun = True
                    yield chunk
                return
            except (Gone, NoAccess, Misused, NotSent) as error:
                if begun or place == content_path(remote):
                    # it is paid for, and may be there a moment later: the engine asks a few times
                    raise NotSent(f"the video is not given out: {error}") from error

    def _absolute(self, url: str) -> str:
        if not url.startswith("/"):
            return url
        base = urlsplit(self.settings.base_url)
        return f"{base.scheme}://{base.netloc}{url}"

    async def find(self, request: VideoRequest, since: datetime) -> str | None:
        """The id of the video handed in for `request`: by our own notes, else by the endpoint's list.

        None only if the list is there, is read to its end, and shows nothing that may be it. Raises OutcomeUnknown
        otherwise.
        """
        async with self._adopting:  # two requests alike do not adopt the same video
            settled = self._tried.pop(request.key, since.timestamp()) + self.settings.settle
            known = await self._owned.made_for(request.key)
            if known is not None:
                return known
            if self.settings.protocol != "videos" or not self.settings.listing:
                raise no_list()
            found = await self._look(request, since)
            left = settled - time.time()
            if found is None and left > 0:
                await anyio.sleep(min(left, self.settings.settle))
                found = await self._look(request, since)
            if found is not None:
                await self._owned.keep(request.key, found)
            return found

    async def _look(self, request: VideoRequest, since: datetime) -> str | None:
        found = await look_up(self._api, request, since, self.settings.model, self._owned.owner)
        if found is not None and self._under_way[request.prompt.text()]:
            raise OutcomeUnknown("another request with the same prompt is being handed in right now")
        return found

    async def cancel(self, remote: str) -> None:
        """Delete the video, where the protocol has a way to."""
        if self.settings.protocol == "videos":
            await self._api.call("DELETE", f"videos/{segment(remote)}")

    async def check(self) -> None:
        """Ask for the list of models, which costs nothing. Raises HayalError with one sentence."""
        host = urlsplit(self.settings.base_url).hostname
        try:
            answer = await self._api.call("GET", "models", limit=9.0)
        except NoAccess as error:
            raise NoAccess(f"{host} gives no access with the key in plugins.sora.api_key: {error}") from error
        except (Gone, Misused):
            return  # it answers, and accepts or does not need the key; not every endpoint lists its models
        entries = answer.data.get("data") if isinstance(answer.data, dict) else None
        named = {str(one.get("id")) for one in entries or [] if isinstance(one, dict)}
        if named and self.settings.model not in named:
            raise Gone(f"{host} lists no model {self.settings.model}, choose another in plugins.sora.model")

    def warnings(self) -> Sequence[str]:
        """What is known to have ended, or will soon: the endpoint, the model here, the model at its maker's."""
        known, settings, today = models(), self.settings, datetime.now(UTC).date()
        host = urlsplit(settings.base_url).hostname or ""
        found = [retirement(settings.model, settings.ends, today)]
        found += [
            f"the video endpoint of {host} ended on {day}; set plugins.sora.base_url to one that is alive"
            for name, day in known.ended.items()
            if (host == name or host.endswith(f".{name}")) and day <= today
        ]
        orphan = family(settings.model, known.orphaned)
        if orphan and not any(found) and known.orphaned[orphan] <= today:
            found.append(
                f"the maker of {orphan} does not serve it since {known.orphaned[orphan]}; what {host} gives under this "
                "name is its own affair: try it before people do (hayal try video --provider sora)"
            )
        return tuple(sentence for sentence in found if sentence)
