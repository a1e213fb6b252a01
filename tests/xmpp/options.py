"""What the XMPP server of the tests can do, and its configuration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from xmpp.certificates import Files, Kind

HOST = "127.0.0.1"
DOMAIN = "localhost"
ELSEWHERE = "elsewhere.localhost"
ROOMS = "rooms.localhost"
UPLOADS = "upload.localhost"
OWNER = "host@localhost"
"""The account, if it is made, that owns every room."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the server can do. Everything is on, as at a public server; tests switch off what must be missing.

    `upload_limit` in bytes. `https`: files are uploaded to and served from an https address, with the server's own
    certificate. `hibernation`: seconds a stream can be resumed after it broke. `encryption`: whether clients may, must
    or cannot use TLS. `history`: messages a room sends to those who join. `memory`: nothing but accounts on disk, for
    benchmarks. `more`: lines of Prosody's configuration for the server, `more_host` for the domain.
    """

    uploads: bool = True
    upload_limit: int = 64 * 1024 * 1024
    https: bool = False
    rooms: bool = True
    archive: bool = True
    offline: bool = True
    carbons: bool = True
    resume: bool = True
    hibernation: int = 300
    pep: bool = True
    encryption: Literal["required", "optional", "none"] = "optional"
    certificate: Kind = "good"
    history: int = 20
    memory: bool = False
    debug: bool = False
    more: str = ""
    more_host: str = ""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where it listens: for clients, for clients that begin with TLS, for files."""

    clients: int
    tls: int
    http: int


def configuration(o: Options, folder: Path, files: Files, ports: Ports) -> str:
    """Prosody's configuration, for data and files in `folder`."""
    modules = ["disco", "roster", "saslauth", "ping", "version", "time", "blocklist", "private", "csi_simple"]
    modules += ["tls"] if o.encryption != "none" else []
    modules += ["pep", "vcard4", "vcard_legacy", "bookmarks"] if o.pep else []
    modules += ["carbons"] if o.carbons else []
    modules += ["mam"] if o.archive else []
    modules += ["smacks"] if o.resume else []
    tls = "" if o.encryption == "none" else f"c2s_direct_tls_ports = {{ {ports.tls} }}"
    scheme, web, other = ("https", "https", "http") if o.https else ("http", "http", "https")
    lines = f"""
run_as_root = true  -- in a container of tests there may be nobody else
data_path = {_text(folder / "data")}
log = {{ {"debug" if o.debug else "info"} = "*console" }}
interfaces = {{ "{HOST}" }}
http_interfaces = {{ "{HOST}" }}
https_interfaces = {{ "{HOST}" }}
c2s_ports = {{ {ports.clients} }}
{tls}
{web}_ports = {{ {ports.http} }}
{other}_ports = {{ }}
modules_enabled = {{ {", ".join(_text(name) for name in modules)} }}
modules_disabled = {{ "s2s"{"" if o.offline else ', "offline"'} }}
authentication = "internal_plain"
c2s_require_encryption = {"true" if o.encryption == "required" else "false"}
ssl = {{ certificate = {_text(files.certificate)}, key = {_text(files.key)} }}
certificates = {_text(files.key.parent)}
smacks_hibernation_time = {o.hibernation}
archive_expires_after = "never"
{'storage = { accounts = "internal" }; default_storage = "memory"' if o.memory else ""}
{o.more}
VirtualHost "{DOMAIN}"
{o.more_host}
VirtualHost "{ELSEWHERE}"
"""
    if o.uploads:
        lines += f"""
Component "{UPLOADS}" "http_file_share"
http_host = "{HOST}"
http_external_url = "{scheme}://{HOST}:{ports.http}/"
http_file_share_size_limit = {o.upload_limit}
http_file_share_daily_quota = 1024 * 1024 * 1024 * 1024
http_file_share_access = {{ "{DOMAIN}", "{ELSEWHERE}" }}
"""
    if o.rooms:
        lines += f"""
Component "{ROOMS}" "muc"
modules_enabled = {{ {'"muc_mam"' if o.archive else ""} }}
muc_room_locking = false
admins = {{ "{OWNER}" }}
muc_room_default_history_length = {o.history}
"""
    return lines


def _text(value: object) -> str:
    """A string of Lua."""
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
