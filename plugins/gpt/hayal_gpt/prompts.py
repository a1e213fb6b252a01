"""Prompts and replies, written by a model."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from hayal.errors import Refused
from hayal.prompts import PhotoPromptRequest, PromptWriter, ReplyRequest, VideoPrompt, VideoPromptRequest
from hayal_gpt import completions, responses, wording
from hayal_gpt.ask import Ask, Form, Line, declines, object_in
from hayal_gpt.history import newest
from hayal_gpt.models import known_models
from hayal_gpt.schema import strict_schema
from hayal_gpt.service import Gpt, read

VIDEO_FORM = Form("video_prompt", strict_schema(VideoPrompt))

_ROLES: dict[str, Literal["user", "assistant"]] = {"person": "user", "persona": "assistant"}
_QUOTES = ('""', "“”", "«»", "„“", "„”")


class GptPrompts(Gpt, PromptWriter):
    """Writes photo prompts, video prompts and replies."""

    at_once = 32

    @property
    def model(self) -> str:
        """The text model."""
        return self.settings.model

    async def photo_prompt(self, request: PhotoPromptRequest) -> str:
        """An English prompt for a selfie."""
        data = wording.photo_data(request)
        return unquoted(_willing(await self._write(wording.photo_instructions(request), [Line("user", data)])))

    async def video_prompt(self, request: VideoPromptRequest) -> Mapping[str, Any]:
        """The five fields of a video prompt, not validated yet. Raises InvalidPrompt for what is no JSON object."""
        lines = [Line("user", wording.video_data(request))]
        if request.complaint:
            lines.append(Line("user", wording.again(request.complaint)))
        return object_in(_willing(await self._write(wording.video_instructions(request), lines, VIDEO_FORM)))

    async def reply(self, request: ReplyRequest) -> str:
        """What the persona says next."""
        kept = newest(request.history, self.settings.history_tokens)
        lines = [Line(_ROLES[said.by], said.text) for said in kept]
        return spoken(await self._write(wording.reply_instructions(request), lines), request.persona.name)

    async def _write(self, instructions: str, lines: Sequence[Line], form: Form | None = None) -> str:
        settings, known = self.settings, known_models()
        ask = Ask(
            settings.model,
            instructions,
            lines,
            tokens=settings.output_tokens,
            effort=known.effort_of(settings.model) if settings.effort == "auto" else settings.effort,
            form=form if settings.json_schema else None,
            own=known.is_own(settings.model),
        )
        chat = settings.api == "chat"
        path, body = (completions.PATH, completions.body(ask)) if chat else (responses.PATH, responses.body(ask))
        answer = await self.api.call("POST", path, cost="small", limit=settings.timeout, json=body)
        return completions.text_of(read(answer)) if chat else responses.text_of(read(answer))


def _willing(text: str) -> str:
    """`text`. Raises Refused if it says no: as plain text, as models do where their protocol has no other way."""
    if declines(text):
        raise Refused(f"the model refused: {text}"[:300])
    return text


def unquoted(text: str) -> str:
    """`text` without a fence or quotes around the whole of it."""
    text = re.sub(r"\A```\w*\n(.*?)\n?```\Z", r"\1", text.strip(), flags=re.DOTALL).strip()
    around = text[:1] + text[-1:]
    inside = text[1:-1]
    if len(text) > 2 and around in _QUOTES and not set(inside) & set(around):
        return inside.strip()
    return text


def spoken(text: str, name: str) -> str:
    """`text` without the persona's name before it, or quotes around it, as some models write."""
    return unquoted(re.sub(rf"\A\W{{0,2}}{re.escape(name)}\W{{0,2}}:\W{{0,2}}\s", "", unquoted(text)))
