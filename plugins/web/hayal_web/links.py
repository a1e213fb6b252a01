"""Signed addresses of media, for messengers that cannot send the file: whoever has one may fetch it for a while."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

from itsdangerous import BadData, URLSafeSerializer

from hayal_web.identity import cookie_key

PATH = "/shared"


class Links:
    """Makes and reads them. Their key is that of the cookies, kept in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._signer = URLSafeSerializer(
            cookie_key(folder / "cookie.key"), salt="hayal-web-link", signer_kwargs={"digest_method": hashlib.sha256}
        )

    def path(self, key: str, seconds: float) -> str:
        """The path of media `key` for `seconds` from now. It ends as the file does: so clients know what it is."""
        token = self._signer.dumps([key, int(time.time() + seconds)])
        return f"{PATH}/{token}/media.{key.rpartition('.')[2]}"

    def key(self, token: str) -> str | None:
        """The media key that a token stands for, or None if it is not ours, or over."""
        try:
            key, until = self._signer.loads(token)
        except (BadData, ValueError, TypeError):
            return None
        return str(key) if until >= time.time() else None
