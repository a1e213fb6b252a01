"""Ad-hoc commands (XEP-0050) with data forms: the menu, in clients that show such things.

Each gives the engine the same texts and taps as a chat does. Questions of the engine come back as a form; pictures,
videos and whatever takes time come into the chat.
"""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slixmpp import Iq
from slixmpp.exceptions import XMPPError
from slixmpp.plugins.xep_0030.stanza.items import DiscoItems
from slixmpp.plugins.xep_0050.stanza import Command

from hayal import Desk, Message, Post, StorageError, Update
from hayal.options import Option, options_of
from hayal_xmpp.client import Client
from hayal_xmpp.forms import Forms, add_choice, add_text, make_form, numbered, value_of
from hayal_xmpp.limits import Buckets
from hayal_xmpp.names import LANG
from hayal_xmpp.settings import XmppSettings

NAMES = ("menu", "persona", "selfie", "video", "settings", "gallery")

Session = dict[str, Any]
Step = Callable[[Any, Session], Awaitable[Session]]

log = structlog.get_logger("hayal.xmpp")


class Commands:
    """The commands of one run."""

    def __init__(self, client: Client, settings: XmppSettings, desk: Desk, forms: Forms) -> None:
        self._client = client
        self._settings = settings
        self._desk = desk
        self._forms = forms
        self._buckets = Buckets(settings.rate, settings.burst)
        self._steps = itertools.count(1)

    def offer(self) -> None:
        """List the commands, in a session that has just begun: they belong to the address that was bound."""
        first: dict[str, Step] = dict.fromkeys(("menu", "persona", "settings", "gallery"), self._asks)
        first |= {"selfie": self._selfie, "video": self._video}
        for name in NAMES:
            title = self._desk.say("en", f"xmpp-command-{name}")
            self._client.plugin["xep_0050"].add_command(node=name, name=title, handler=self._guarded(first[name]))
        disco = self._client.plugin["xep_0030"]
        disco.set_node_handler("get_items", self._client.boundjid, Command.namespace, self._listed)

    def _listed(self, jid: Any, _node: str, who: Any, iq: Any) -> DiscoItems:
        """The list of commands, in the language of who asks; empty for whom they are not."""
        items = DiscoItems()
        items["node"] = Command.namespace
        if self.allows(who):
            language = str(iq["lang"] or "") if isinstance(iq, Iq) else ""
            for name in NAMES:
                items.add_item(jid, name, self._desk.say(language, f"xmpp-command-{name}"))
        return items

    def allows(self, who: Any) -> bool:
        """Whether somebody may use commands."""
        bare = str(who.bare)
        return bare != self._settings.jid and not self._settings.room(bare) and self._settings.allows(bare)

    def _guarded(self, step: Step) -> Step:
        async def begin(iq: Any, session: Session) -> Session:
            if not self.allows(iq["from"]):
                raise XMPPError("forbidden")
            session["language"] = iq["command"].xml.get(LANG) or str(iq["lang"] or "")
            session["who"] = str(iq["from"].bare)
            return await self._safely(step, iq, session)

        return begin

    def _next(self, step: Step) -> Step:
        async def go_on(form: Any, session: Session) -> Session:
            return await self._safely(step, form, session)

        return go_on

    async def _safely(self, step: Step, form: Any, session: Session) -> Session:
        if not self._buckets.take(session["who"]):
            raise XMPPError("resource-constraint", text=self._say(session, "xmpp-slow-down"))
        session["payload"], session["next"], session["has_next"], session["notes"] = None, None, False, None
        try:
            return await step(form, session)
        except StorageError as error:
            log.warning("a command could not be stored", reason=str(error))
            raise XMPPError("internal-server-error", text=self._say(session, StorageError.text_id)) from error

    def _say(self, session: Session, text_id: str, /, **values: Any) -> str:
        return self._desk.say(session["language"], text_id, **values)

    def _update(self, session: Session, *, text: str = "", tap: str = "") -> Update:
        who, number = session["who"], f"command {session['id']} {next(self._steps)}"
        return Update(number, who, who, text, tap, session["language"])

    async def _asks(self, _iq: Any, session: Session) -> Session:
        """A command that is a question: what the engine offers becomes a form."""
        _, post = await self._forms.ask(self._desk, self._update(session, text=f"/{session['node']}"))
        return self._question(session, post)

    def _question(self, session: Session, post: Post | None) -> Session:
        options = options_of(post.message) if post else []
        if post is None or not options:
            return self._done(session, post.message.text if post else "")
        form = make_form(self._client, self._say(session, f"xmpp-command-{session['node']}"), _about(post.message))
        add_choice(form, "choice", self._say(session, "xmpp-choose"), numbered(options))
        session["payload"], session["options"] = form, options
        session["next"] = self._next(self._chosen)
        return session

    async def _chosen(self, form: Any, session: Session) -> Session:
        wanted = value_of(form, "choice")
        options: list[Option] = session["options"]
        option = next((each for each in options if str(each.number) == wanted), None)
        if option is None:
            raise XMPPError("bad-request")
        if option.tap:
            await self._desk.receive(self._update(session, tap=option.tap))
        else:
            await self._desk.receive(self._update(session, text=option.label))
        return self._done(session)

    def _done(self, session: Session, text: str = "") -> Session:
        session["payload"], session["next"] = None, None
        session["notes"] = [("info", text or self._say(session, "xmpp-done"))]
        return session

    async def _selfie(self, _iq: Any, session: Session) -> Session:
        form = make_form(self._client, self._say(session, "xmpp-command-selfie"))
        add_text(form, "wish", self._say(session, "xmpp-wish"))
        session["payload"], session["next"] = form, self._next(self._selfie_wanted)
        return session

    async def _selfie_wanted(self, form: Any, session: Session) -> Session:
        await self._desk.receive(self._update(session, text=f"/selfie {value_of(form, 'wish')}".strip()))
        return self._done(session)

    async def _video(self, _iq: Any, session: Session) -> Session:
        """Mode, seconds and wish. The lengths are those that the engine's settings offer."""
        _, post = await self._forms.ask(self._desk, self._update(session, text="/settings"))
        lengths = [o for o in options_of(post.message) if o.tap.startswith("set seconds ")] if post else []
        if post is None or not lengths:
            return self._question(session, post)  # it is asked for something else first: the age
        form = make_form(self._client, self._say(session, "xmpp-command-video"))
        modes = [("last", self._say(session, "button-from-selfie")), ("new", self._say(session, "button-new-video"))]
        add_choice(form, "mode", self._say(session, "xmpp-mode"), modes)
        now = next((o for o in lengths if o.label.startswith("✓")), lengths[0])
        seconds = [(o.tap.split()[2], o.label.removeprefix("✓ ")) for o in lengths]
        add_choice(form, "seconds", self._say(session, "xmpp-seconds"), seconds, now.tap.split()[2])
        add_text(form, "wish", self._say(session, "xmpp-wish"))
        session["payload"], session["next"] = form, self._next(self._video_wanted)
        session["lengths"], session["now"] = {o.tap.split()[2]: o.tap for o in lengths}, now.tap.split()[2]
        return session

    async def _video_wanted(self, form: Any, session: Session) -> Session:
        mode, seconds = value_of(form, "mode"), value_of(form, "seconds")
        if mode not in {"last", "new"} or seconds not in session["lengths"]:
            raise XMPPError("bad-request")
        if seconds != session["now"]:
            await self._desk.receive(self._update(session, tap=session["lengths"][seconds]))
        wish = value_of(form, "wish").strip()
        if not wish:
            await self._desk.receive(self._update(session, tap=f"video {mode}"))
            return self._done(session)
        key, post = await self._forms.ask(self._desk, self._update(session, text=f"/video {wish}"))
        taps = {
            option.tap.split()[1]: option.tap
            for option in (options_of(post.message) if post else [])
            if option.tap.startswith(("video last", "video new"))
        }
        if mode not in taps:  # refused, or something is to be answered first
            return self._question(session, post)
        await self._desk.receive(self._update(session, tap=taps[mode]))
        log.debug("a video by command", update=key)
        return self._done(session)


def _about(message: Message) -> str:
    cards = [f"{card.title}: {card.text}".removesuffix(": ") for card in message.cards]
    return "\n".join(part for part in (message.text, *cards) if part)
