"""What `[plugins.web]` may say."""

from __future__ import annotations

import ipaddress
from typing import ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, SecretStr, field_validator, model_validator

from hayal import Settings

SHORTEST_TOKEN = 8


def is_loopback(host: str) -> bool:
    """Whether `host`, a name or an address, means this machine only."""
    name = host.strip("[]").partition("%")[0].lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


class WebSettings(Settings):
    """Where the page is served, who may see it, and how much of it."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="Address to listen on. Anything but this machine itself needs a token.",
    )
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on; 0 takes any free one.")
    token: SecretStr | None = Field(
        default=None,
        description="Word that people must enter (or bring as /login?token=...) before they see the chat.",
    )
    origins: tuple[str, ...] = Field(
        default=(),
        description='Other addresses the page is reached at, as behind a reverse proxy: "https://chat.example.org".',
    )
    proxies: tuple[str, ...] = Field(
        default=(),
        description="Addresses of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.",
    )
    secure_cookies: bool | Literal["auto"] = Field(
        default="auto",
        description='Send cookies over HTTPS only; "auto" does so when the page itself came over HTTPS.',
    )
    max_sockets: int = Field(default=1000, ge=1, description="Open pages at once, of all people.")
    max_sockets_per_chat: int = Field(default=12, ge=1, description="Open pages (tabs, devices) at once, of one chat.")
    rate: float = Field(default=1.0, gt=0, description="Messages and taps a second that one chat may send for long.")
    burst: int = Field(default=12, ge=1, description="Messages and taps that one chat may send at once.")

    @field_validator("token")
    @classmethod
    def _token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is None or not token.get_secret_value():
            return None
        if len(token.get_secret_value()) < SHORTEST_TOKEN:
            msg = f"a token needs at least {SHORTEST_TOKEN} characters"
            raise ValueError(msg)
        return token

    @field_validator("origins")
    @classmethod
    def _origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_origin(origin) for origin in origins)

    @field_validator("proxies")
    @classmethod
    def _proxies(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in proxies:
            try:
                ipaddress.ip_network(proxy, strict=False)
            except ValueError:
                msg = f'"{proxy}" is not an address or a network of addresses'
                raise ValueError(msg) from None
        return proxies

    @model_validator(mode="after")
    def _guarded(self) -> Self:
        if self.token is None and not is_loopback(self.host):
            msg = (
                f'host "{self.host}" can be reached from other machines, so a token is needed: '
                'set `token`, or `host = "127.0.0.1"`'
            )
            raise ValueError(msg)
        return self


def _origin(text: str) -> str:
    parts = urlsplit(text.strip().lower())
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/") or parts.query:
        msg = f'"{text}" is not an origin such as "https://chat.example.org"'
        raise ValueError(msg)
    return f"{parts.scheme}://{parts.netloc}"
