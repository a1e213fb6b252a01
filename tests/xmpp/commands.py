"""Ad-hoc commands (XEP-0050) with data forms (XEP-0004), as a client runs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from xmpp.line import Line

COMMANDS = "http://jabber.org/protocol/commands"
COMMAND = f"{{{COMMANDS}}}"
DATA = "{jabber:x:data}"
ITEMS = "{http://jabber.org/protocol/disco#items}"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form. `options` are label and value."""

    name: str
    kind: str
    label: str
    value: str
    required: bool
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """Where a command is: what it asks or says. `actions` are those the client may take beside `cancel`."""

    node: str
    session: str
    status: str
    actions: tuple[str, ...] = ()
    note: str = ""
    title: str = ""
    instructions: str = ""
    fields: Mapping[str, Field] = field(default_factory=dict)


async def offered(line: Line, bot: str) -> dict[str, str]:
    """The commands of somebody (a full address): name by node."""
    answer = await line.iq(
        "get", bot, f'<query xmlns="http://jabber.org/protocol/disco#items" node={quoteattr(COMMANDS)}/>'
    )
    return {item.get("node", ""): item.get("name", "") for item in answer.iter(f"{ITEMS}item")}


async def execute(line: Line, bot: str, node: str) -> Step:
    """Begin a command."""
    return await _ask(line, bot, node, "", "execute", None)


async def answer(line: Line, bot: str, step: Step, values: Mapping[str, str], action: str = "") -> Step:
    """Fill the form of a step and go on, with `complete` where the step allows nothing else."""
    for name, value in values.items():
        known = step.fields[name]
        assert not known.options or value in {value for _, value in known.options}, (value, known)
    action = action or ("next" if "next" in step.actions else "complete")
    return await _ask(line, bot, step.node, step.session, action, values)


async def cancel(line: Line, bot: str, step: Step) -> Step:
    """Leave a command."""
    return await _ask(line, bot, step.node, step.session, "cancel", None)


async def _ask(line: Line, bot: str, node: str, session: str, action: str, values: Mapping[str, str] | None) -> Step:
    form = ""
    if values is not None:
        fields = "".join(
            f"<field var={quoteattr(name)}><value>{escape(value)}</value></field>" for name, value in values.items()
        )
        form = f'<x xmlns="jabber:x:data" type="submit">{fields}</x>'
    known = f" sessionid={quoteattr(session)}" if session else ""
    reply = await line.iq(
        "set",
        bot,
        f'<command xmlns="{COMMANDS}" node={quoteattr(node)} action="{action}" '
        f'xml:lang="{line.login.language}"{known}>{form}</command>',
    )
    command = reply.find(f"{COMMAND}command")
    assert command is not None, ET.tostring(reply)
    return _step(command)


def _step(command: ET.Element) -> Step:
    form = command.find(f"{DATA}x")
    actions = command.find(f"{COMMAND}actions")
    fields: dict[str, Field] = {}
    for one in [] if form is None else form.findall(f"{DATA}field"):
        fields[one.get("var", "")] = Field(
            name=one.get("var", ""),
            kind=one.get("type", "text-single"),
            label=one.get("label", ""),
            value=one.findtext(f"{DATA}value") or "",
            required=one.find(f"{DATA}required") is not None,
            options=tuple(
                (option.get("label", ""), option.findtext(f"{DATA}value") or "")
                for option in one.findall(f"{DATA}option")
            ),
        )
    return Step(
        node=command.get("node", ""),
        session=command.get("sessionid", ""),
        status=command.get("status", ""),
        actions=() if actions is None else tuple(child.tag.removeprefix(COMMAND) for child in actions),
        note="\n".join(note.text or "" for note in command.findall(f"{COMMAND}note")),
        title="" if form is None else form.findtext(f"{DATA}title") or "",
        instructions="" if form is None else "\n".join(i.text or "" for i in form.findall(f"{DATA}instructions")),
        fields=fields,
    )
