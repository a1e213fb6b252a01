"""Why there is no connection: one plain sentence for each way it goes wrong."""

from __future__ import annotations

import ssl

from hayal import MessengerError
from hayal_xmpp.settings import XmppSettings


class NotConnected(MessengerError):
    """There is no session with the server. `settled`: trying again soon will not help."""

    def __init__(self, sentence: str, *, settled: bool = False) -> None:
        super().__init__(sentence)
        self.settled = settled


def _where(settings: XmppSettings) -> str:
    if not settings.host:
        return f"the XMPP server of {settings.domain}"
    port = settings.port or (5223 if settings.tls == "direct" else 5222)
    return f"the XMPP server at {settings.host} port {port}"


def not_reached(settings: XmppSettings, reason: object) -> NotConnected:
    """A connection could not be made, or TLS could not be begun: `reason` is the exception, or what slixmpp says."""
    where = _where(settings)
    if isinstance(reason, ssl.SSLCertVerificationError):
        return NotConnected(
            f"{where} does not prove to be {settings.domain}: {reason.verify_message or 'its certificate is bad'}; "
            "nothing is sent to it. Renew its certificate, or set `ca` in [plugins.xmpp] if it is signed by your own",
            settled=True,
        )
    if isinstance(reason, ssl.SSLError):
        hint = 'does it expect tls = "starttls"?' if settings.tls == "direct" else 'does it expect tls = "direct"?'
        return NotConnected(f"{where} does not speak TLS as expected; {hint}", settled=True)
    if isinstance(reason, ConnectionRefusedError):
        return NotConnected(f"{where} refuses the connection: it does not run, or listens at another port")
    if isinstance(reason, TimeoutError):
        return NotConnected(f"{where} does not answer")
    if isinstance(reason, str):
        name = settings.host or settings.domain
        return NotConnected(f'no address is known for "{name}": check `jid` and `host` in [plugins.xmpp], and the DNS')
    if isinstance(reason, OSError):
        return NotConnected(f"{where} cannot be reached: {reason.strerror or type(reason).__name__}")
    return NotConnected(f"{where} closed the connection before the login was done")


def not_let_in(settings: XmppSettings, condition: str) -> NotConnected:
    """The login failed with this SASL condition (RFC 6120, 6.5), or "" if there is no way to log in."""
    match condition:
        case "not-authorized":
            said = f"the password of {settings.jid} is wrong, or there is no such account; check [plugins.xmpp]"
        case "account-disabled" | "credentials-expired":
            said = f"the account {settings.jid} is disabled, or its password has expired"
        case "temporary-auth-failure":
            return NotConnected(f"the server of {settings.domain} cannot check passwords now")
        case "":
            said = f"the server of {settings.domain} offers no way to log in that does not give the password away"
        case _:
            said = f"the server does not let {settings.jid} in: {condition}"
    return NotConnected(said, settled=True)


def no_tls(settings: XmppSettings) -> NotConnected:
    """The server (or somebody in between) offers no TLS."""
    return NotConnected(
        f"{_where(settings)} offers no TLS, or somebody in between hides it; the password is not sent", settled=True
    )


def thrown_out(settings: XmppSettings, condition: str) -> NotConnected:
    """The server ended the stream with this condition (RFC 6120, 4.9)."""
    match condition:
        case "conflict":
            said = f"another program is logged in as {settings.jid}/{settings.resource}; choose another `resource`"
            return NotConnected(said, settled=True)
        case "host-unknown":
            return NotConnected(f"{_where(settings)} does not serve {settings.domain}", settled=True)
        case "system-shutdown" | "reset":
            return NotConnected(f"{_where(settings)} is being restarted")
        case _:
            return NotConnected(f"{_where(settings)} ended the connection: {condition}")


NO_UPLOAD = (
    "the XMPP server has no upload service (XEP-0363): texts, choices and rooms work; pictures and videos are sent as "
    "a link if the web page has an address of its own, otherwise people are told that they cannot be shown"
)
NO_ARCHIVE = (
    "the XMPP server keeps no archive (XEP-0313): what is written while the bot is away arrives only if the server "
    "keeps offline messages, and a message may be sent twice after a crash"
)
EVERYBODY = "anybody on the XMPP network may talk with the bot and use its providers: set `allowed` in [plugins.xmpp]"
