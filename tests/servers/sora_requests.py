"""Reading what was asked of a Sora protocol: multipart and JSON, unknown fields and wrong types refused."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .ledger import Upload
from .sora_offer import Offer, Wrong, check

FIELDS = ("prompt", "model", "seconds", "size", "input_reference")
_MIMES = ("image/jpeg", "image/png", "image/webp")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, read but not yet held against the offer."""

    model: str
    prompt: object
    size: str
    seconds: int
    first: bytes | None = None

    def against(self, offer: Offer) -> Wrong | None:
        """Why the endpoint refuses this, or None."""
        return check(
            offer, model=self.model, prompt=self.prompt, size=self.size, seconds=self.seconds, first=self.first
        )


def data_url(text: object) -> bytes | None:
    """The bytes of "data:image/jpeg;base64,…", or None if it is not a picture's data URL."""
    if not isinstance(text, str):
        return None
    head, comma, rest = text.partition(",")
    if not comma or not head.startswith("data:image/") or not head.endswith(";base64"):
        return None
    try:
        return base64.b64decode(rest, validate=True)
    except binascii.Error:
        return None


def unknown(fields: Mapping[str, Any], known: tuple[str, ...]) -> Wrong | None:
    """The first field that is not known."""
    for name in fields:
        if name not in known:
            return Wrong(f"Unknown parameter: '{name}'.", "unknown_parameter", name)
    return None


def read_form(fields: Mapping[str, Any], offer: Offer) -> Asked | Wrong:
    """A multipart request: texts, and the picture as a file with its type."""
    if wrong := unknown(fields, FIELDS):
        return wrong
    for name in ("prompt", "model", "seconds", "size"):
        if name in fields and not isinstance(fields[name], str):
            return Wrong(f"Invalid type for '{name}': expected a string.", "invalid_type", name)
    seconds = fields.get("seconds", str(offer.seconds[0]))
    if not seconds.isdecimal():
        return Wrong(f"Invalid value: '{seconds}'.", "invalid_value", "seconds")
    upload = fields.get("input_reference")
    if upload is not None and not isinstance(upload, Upload):
        return Wrong("Invalid type for 'input_reference': expected a file.", "invalid_type", "input_reference")
    if upload is not None and upload.mime not in _MIMES:
        what = f"Invalid file 'input_reference': unsupported mimetype ('{upload.mime}')."
        return Wrong(what, "unsupported_file_mimetype", "input_reference")
    return Asked(
        model=fields.get("model", offer.default_model),
        prompt=fields.get("prompt"),
        size=fields.get("size", "720x1280"),
        seconds=int(seconds),
        first=upload.data if upload else None,
    )


def read_json(fields: Any, offer: Offer, *, number_seconds: bool) -> Asked | Wrong:
    """A JSON request: `seconds` is a string (a number is refused unless `number_seconds`)."""
    if not isinstance(fields, dict):
        return Wrong("We could not parse the JSON body of your request.", None)
    if wrong := unknown(fields, FIELDS):
        return wrong
    seconds = fields.get("seconds", str(offer.seconds[0]))
    if number_seconds and type(seconds) is int:
        seconds = str(seconds)
    for name, value in (("model", fields.get("model", "")), ("size", fields.get("size", "")), ("seconds", seconds)):
        if not isinstance(value, str):
            what = f"Invalid type for '{name}': expected a string, but got {type(value).__name__} instead."
            return Wrong(what, "invalid_type", name)
    if not seconds.isdecimal():
        return Wrong(f"Invalid value: '{seconds}'.", "invalid_value", "seconds")
    first = None
    if "input_reference" in fields:
        reference = fields["input_reference"]
        if not isinstance(reference, dict) or len({"image_url", "file_id"} & set(reference)) != 1:
            what = "Provide exactly one of 'image_url' or 'file_id'."
            return Wrong(what, "invalid_value", "input_reference")
        if wrong := unknown(reference, ("image_url", "file_id")):
            return wrong
        first = data_url(reference.get("image_url"))
        if first is None:
            return Wrong("Invalid image.", "invalid_image", "input_reference")
    return Asked(
        model=fields.get("model", offer.default_model),
        prompt=fields.get("prompt"),
        size=fields.get("size", "720x1280"),
        seconds=int(seconds),
        first=first,
    )
