"""Who a page belongs to: a random chat id in a signed cookie, and whether it has shown the token."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path

from itsdangerous import BadSignature, Signer, TimestampSigner

from hayal import PluginError, StorageError

KEY_BYTES = 32
YEAR = 365 * 24 * 3600
LOGIN_SECONDS = 30 * 24 * 3600
_CHAT = re.compile(r"[0-9a-f]{32}")


class Identities:
    """Makes and reads the cookies. Their key is made once and kept in `folder`, for the owner's eyes only.

    The cookies' names contain a mark of the key, so that two engines on one machine do not take each other's.
    """

    def __init__(self, folder: Path, token: str | None) -> None:
        key = cookie_key(folder / "cookie.key")
        mark = hashlib.sha256(b"name" + key).hexdigest()[:8]
        self.chat_cookie = f"hayal-{mark}"
        self.login_cookie = f"hayal-login-{mark}"
        self._token = token
        self._key = key
        self._chats = Signer(key, salt="hayal-web-chat", digest_method=hashlib.sha256)
        self._logins = TimestampSigner(key, salt="hayal-web-login", digest_method=hashlib.sha256)

    def chat(self, cookies: str) -> str | None:
        """The chat id in a Cookie header, if its signature is ours."""
        signed = self._cookie(cookies, self.chat_cookie)
        try:
            chat = self._chats.unsign(signed).decode() if signed else ""
        except (BadSignature, UnicodeError):
            return None
        return chat if _CHAT.fullmatch(chat) else None

    def new_chat(self) -> str:
        """An id that nobody has and nobody guesses."""
        return secrets.token_hex(16)

    def mark(self, chat: str) -> str:
        """What a page may know of its chat's id: enough to tell one from another."""
        return hmac.new(self._key, b"mark" + chat.encode(), hashlib.sha256).hexdigest()[:12]

    def chat_header(self, chat: str, *, secure: bool) -> str:
        """The Set-Cookie header that gives a browser its chat."""
        return _set_cookie(self.chat_cookie, self._chats.sign(chat).decode(), YEAR, secure)

    def login_header(self, *, secure: bool) -> str:
        """The Set-Cookie header that says: the token has been shown."""
        return _set_cookie(self.login_cookie, self._logins.sign(self._proof()).decode(), LOGIN_SECONDS, secure)

    @property
    def has_token(self) -> bool:
        """Whether a token is needed at all."""
        return self._token is not None

    def is_token(self, text: str) -> bool:
        """Whether `text` is the token, in constant time."""
        return self._token is not None and hmac.compare_digest(text.encode(errors="replace"), self._token.encode())

    def logged_in(self, cookies: str) -> bool:
        """Whether the token is not needed, or was shown before."""
        if self._token is None:
            return True
        signed = self._cookie(cookies, self.login_cookie)
        try:
            proof = self._logins.unsign(signed, max_age=LOGIN_SECONDS) if signed else b""
        except BadSignature:
            return False
        return hmac.compare_digest(proof, self._proof())

    def _proof(self) -> bytes:
        return hmac.new(self._key, f"token{self._token}".encode(), hashlib.sha256).hexdigest()[:32].encode()

    @staticmethod
    def _cookie(header: str, name: str) -> str | None:
        for part in header.split(";"):
            key, _, value = part.partition("=")
            if key.strip() == name:
                return value.strip().strip('"')
        return None


def _set_cookie(name: str, value: str, seconds: int, secure: bool) -> str:
    return f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")


def cookie_key(path: Path) -> bytes:
    """The key at `path`, made at first use, readable by its owner alone. Raises PluginError, StorageError."""
    try:
        if not path.exists():
            draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
            with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        key = path.read_bytes()
    except OSError as error:
        msg = f"the key of the web page's cookies cannot be kept in {path}: {error.strerror or error}"
        raise StorageError(msg) from error
    if len(key) != KEY_BYTES:
        msg = f"{path} is not a key of {KEY_BYTES} bytes; delete it to have a new one made (everyone starts a new chat)"
        raise PluginError(msg)
    return key
