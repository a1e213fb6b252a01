"""Prompts and replies by a text model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hayal import InvalidPrompt, PhotoPromptRequest, PromptWriter, ReplyRequest, Said, VideoPrompt, VideoPromptRequest
from hayal_gemini import instructions
from hayal_gemini.client import GeminiPart, segment
from hayal_gemini.content import words_of

LIMIT = 60.0
"""Seconds a text may take."""

LONGEST_ANSWER = 8192
"""Tokens, thoughts among them."""

LONGEST_HISTORY = 16_000
"""Characters of a conversation that are told again."""


def turns(history: Sequence[Said]) -> list[dict[str, Any]]:
    """A conversation as contents: the newest that fit, lines of the same speaker together, the person first."""
    kept: list[Said] = []
    room = LONGEST_HISTORY
    for said in reversed(history):
        room -= len(said.text)
        if room < 0 and kept:
            break
        kept.insert(0, said)
    while len(kept) > 1 and kept[0].by == "persona":
        kept.pop(0)
    contents: list[dict[str, Any]] = []
    for said in kept:
        role = "user" if said.by == "person" else "model"
        if contents and contents[-1]["role"] == role:
            contents[-1]["parts"].append({"text": said.text})
        else:
            contents.append({"role": role, "parts": [{"text": said.text}]})
    return contents


def question(text: str) -> list[dict[str, Any]]:
    """One question as contents."""
    return [{"role": "user", "parts": [{"text": text}]}]


def request_body(
    instruction: str, contents: list[dict[str, Any]], thinking: str | None, schema: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The body of generateContent for a text, or for JSON by `schema`."""
    config: dict[str, Any] = {"maxOutputTokens": LONGEST_ANSWER}
    if thinking:
        config["thinkingConfig"] = {"thinkingLevel": thinking.upper()}
    if schema is not None:
        config |= {"responseMimeType": "application/json", "responseJsonSchema": dict(schema)}
    return {
        "systemInstruction": {"parts": [{"text": instruction}]},
        "contents": contents,
        "generationConfig": config,
    }


class GeminiPrompts(GeminiPart, PromptWriter):
    """Writes photo prompts, video prompts and the persona's replies."""

    @property
    def model(self) -> str:
        """The text model's id."""
        return self.settings.text_model

    async def photo_prompt(self, request: PhotoPromptRequest) -> str:
        """A paragraph in English, whatever the language of the wish."""
        return await self._ask(instructions.photo_instruction(request), question(instructions.photo_question(request)))

    async def video_prompt(self, request: VideoPromptRequest) -> VideoPrompt | Mapping[str, Any]:
        """The five fields. Raises InvalidPrompt for what is not a JSON object."""
        text = await self._ask(
            instructions.video_instruction(request),
            question(instructions.video_question(request)),
            instructions.video_schema(),
        )
        try:
            written = json.loads(text)
        except ValueError as error:
            raise InvalidPrompt(f"the answer is not JSON: {error}") from error
        if not isinstance(written, dict):
            raise InvalidPrompt("the answer is not a JSON object")
        return written

    async def reply(self, request: ReplyRequest) -> str:
        """The persona's next line."""
        return await self._ask(instructions.reply_instruction(request), turns(request.history))

    async def _ask(
        self, instruction: str, contents: list[dict[str, Any]], schema: Mapping[str, Any] | None = None
    ) -> str:
        body = request_body(instruction, contents, self.settings.thinking, schema)
        path = f"models/{segment(self.model)}:generateContent"
        return words_of((await self.api.call("POST", path, cost="small", limit=LIMIT, json=body)).data)
