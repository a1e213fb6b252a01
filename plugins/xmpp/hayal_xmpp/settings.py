"""What `[plugins.xmpp]` may say."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from slixmpp import JID, InvalidJID

from hayal import Settings


def is_loopback(host: str) -> bool:
    """Whether `host`, a name or an address, means this machine only."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def bare(text: str) -> str:
    """`text` as a normalized JID without a resource. Raises ValueError with one sentence."""
    try:
        return str(JID(text.strip()).bare)
    except InvalidJID:
        raise ValueError(f'"{text}" is not an XMPP address such as "name@example.org"') from None


class Room(BaseModel):
    """A group room to sit in."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    room: str = Field(description='Address of the room: "friends@rooms.example.org".')
    nickname: str = Field(default="", max_length=80, description="Nickname in this room; empty: the general one.")
    password: SecretStr | None = Field(default=None, description="Password of the room, if it has one.")
    rejoin: bool = Field(default=True, description="Come back after having been kicked out.")

    @field_validator("room")
    @classmethod
    def _room(cls, room: str) -> str:
        address = bare(room)
        if "@" not in address:
            raise ValueError(f'"{room}" is not the address of a room such as "friends@rooms.example.org"')
        return address


class XmppSettings(Settings):
    """The account, the way to its server, and who may talk with it."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    jid: str = Field(description='The account: "ayla@example.org".')
    password: SecretStr = Field(description="Its password.", json_schema_extra={"env": "XMPP_PASSWORD"})
    host: str = Field(default="", description="Server to connect to; empty: found by the DNS records of the domain.")
    port: int = Field(default=0, ge=0, le=65535, description="Port of `host`; 0: 5222, or 5223 for direct TLS.")
    tls: Literal["starttls", "direct", "none"] = Field(
        default="starttls",
        description='How `host` speaks TLS; it is always verified. "none" is for a server on this very machine.',
    )
    ca: Path | None = Field(
        default=None, description="Certificates (PEM) to trust instead of the system's, for a server of one's own."
    )
    resource: str = Field(default="hayal", min_length=1, max_length=200, description="Name of this connection.")
    upload: str = Field(default="", description="Upload service; empty: the one that the server tells of.")
    nickname: str = Field(default="hayal", min_length=1, max_length=80, description="Name shown to people.")
    avatar: Path | None = Field(default=None, description="Picture shown to people (any format, it is scaled down).")
    allowed: tuple[str, ...] = Field(
        default=(), description='Who may talk: addresses ("ada@example.org") and domains ("example.org"). Empty: all.'
    )
    admins: tuple[str, ...] = Field(default=(), description="Addresses that are told what an operator has to mend.")
    rooms: tuple[Room, ...] = Field(default=(), description="Group rooms to sit in.")
    rate: float = Field(default=1.0, gt=0, description="Messages a second that one person may send for long.")
    burst: int = Field(default=12, ge=1, description="Messages that one person may send at once.")
    omemo: bool = Field(default=False, description="Answer encrypted messages encrypted (needs hayal-xmpp[omemo]).")

    @field_validator("jid")
    @classmethod
    def _jid(cls, jid: str) -> str:
        address = bare(jid)
        if "@" not in address:
            raise ValueError(f'"{jid}" is not the address of an account such as "name@example.org"')
        return address

    @field_validator("password")
    @classmethod
    def _password(cls, password: SecretStr) -> SecretStr:
        if not password.get_secret_value():
            raise ValueError("the password is empty")
        return password

    @field_validator("allowed", "admins")
    @classmethod
    def _addresses(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(bare(address) for address in addresses)

    @field_validator("upload")
    @classmethod
    def _upload(cls, upload: str) -> str:
        return bare(upload) if upload.strip() else ""

    @field_validator("rooms", mode="before")
    @classmethod
    def _plain_rooms(cls, rooms: Any) -> Any:
        """A room may be given by its address alone."""
        if isinstance(rooms, list | tuple):
            return tuple({"room": room} if isinstance(room, str) else room for room in rooms)
        return rooms

    @model_validator(mode="after")
    def _checked(self) -> Self:
        if self.tls == "none" and not is_loopback(self.host):
            raise ValueError('tls = "none" is for a server on this machine only: set host = "127.0.0.1", or use TLS')
        if self.port and not self.host:
            raise ValueError("`port` needs `host`")
        names = [room.room for room in self.rooms]
        if len(set(names)) < len(names):
            raise ValueError("a room is listed twice")
        return self

    @property
    def domain(self) -> str:
        """The domain of the account."""
        return self.jid.partition("@")[2]

    def allows(self, address: str) -> bool:
        """Whether a person with this bare JID may talk with the bot."""
        return not self.allowed or address in self.allowed or address.partition("@")[2] in self.allowed

    def room(self, address: str) -> Room | None:
        """The configured room with this bare JID."""
        return next((room for room in self.rooms if room.room == address), None)

    def nickname_in(self, room: Room) -> str:
        """The nickname to ask for in a room."""
        return room.nickname or self.nickname
