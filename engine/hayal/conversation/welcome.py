"""The first minutes: 18 or more, language, persona."""

from __future__ import annotations

import time

from hayal.chat import Card
from hayal.conversation.turn import Turn
from hayal.texts import LANGUAGES


def ask_age(turn: Turn) -> None:
    """Say what this is and ask whether the person is 18 or more; languages to choose from are at hand."""
    rows = (
        (turn.button("button-adult", "adult yes"), turn.button("button-minor", "adult no")),
        tuple(turn.button(f"language-{code}", f"language {code}") for code in LANGUAGES),
    )
    turn.post(turn.message(text=turn.text("welcome"), buttons=rows))


def adult(turn: Turn, words: list[str]) -> None:
    """The answer to the question of age."""
    if words != ["yes"]:
        if turn.person.adult_at is None:
            turn.tell("not-adult")
        return
    if turn.person.adult_at is None:
        turn.save(adult_at=time.time())
    start(turn)


def start(turn: Turn) -> None:
    """Begin, or begin again."""
    if turn.person.adult_at is None:
        ask_age(turn)
    elif turn.persona:
        menu(turn)
    else:
        personas(turn)


def choose_language(turn: Turn, words: list[str]) -> None:
    """Change the language, or offer languages."""
    if len(words) == 1 and words[0] in LANGUAGES:
        turn.save(language=words[0])
        if turn.person.adult_at is None:
            ask_age(turn)
        else:
            turn.post(turn.message(text=turn.text("language-set"), menu=turn.office.menus[turn.language]))
        return
    row = tuple(turn.button(f"language-{code}", f"language {code}") for code in LANGUAGES)
    turn.post(turn.message(text=turn.text("language-ask"), buttons=(row,)))


def personas(turn: Turn) -> None:
    """Show the personas to choose from."""
    cards = tuple(
        Card(
            title=f"{persona.name}, {persona.age}",
            text=persona.about.get(turn.language) or persona.about.get("en") or persona.character,
            picture=turn.office.portraits.of(name),
            buttons=(turn.button("button-choose", f"persona {name}", name=persona.name),),
        )
        for name, persona in turn.office.personas.items()
    )
    turn.post(turn.message(text=turn.text("personas"), cards=cards))


def choose_persona(turn: Turn, words: list[str]) -> None:
    """Take a persona; she or he says hello."""
    name = words[0] if len(words) == 1 else ""
    persona = turn.office.personas.get(name)
    if persona is None:
        personas(turn)
        return
    turn.save(persona=name)
    hello = turn.office.texts.variant(turn.language, "hello", turn.seed, name=persona.name)
    turn.post(turn.message(text=hello, by="persona", name=persona.name, menu=turn.office.menus[turn.language]))


def menu(turn: Turn) -> None:
    """Show the menu."""
    persona = turn.persona
    text = turn.text("menu", name=persona.name if persona else "")
    turn.post(turn.message(text=text, menu=turn.office.menus[turn.language]))


def help_(turn: Turn) -> None:
    """Say what can be done here, with the commands that plugins add."""
    lines = [turn.text("help")]
    lines += [f"/{command.name}: {turn.text(command.description)}" for command in turn.office.commands.values()]
    turn.post(turn.message(text="\n".join(lines), menu=turn.office.menus[turn.language] if turn.persona else None))
