"""The studio's prompt writer: a grammar with much to choose from, always the same for the same seed."""

from __future__ import annotations

import random
import re
from typing import ClassVar

from pydantic import ValidationError

from hayal.prompts import PhotoPromptRequest, PromptWriter, ReplyRequest, VideoPrompt, VideoPromptRequest
from hayal.provider import Settings
from hayal_studio import shots
from hayal_studio.replies import answer
from hayal_studio.scene import ASKED, Gender, Scene, read_scene, wear
from hayal_studio.settings import StudioSettings
from hayal_studio.vocabulary import find, kinds, places

_ATTEMPTS = 4
_LONGEST_WISH = 160
"""Characters of a wish that a photo prompt quotes."""

_PRONOUNS: dict[Gender, dict[str, str]] = {
    "woman": {"They": "She", "they": "she", "them": "her", "their": "her", "Their": "Her"},
    "man": {"They": "He", "they": "he", "them": "him", "their": "his", "Their": "His"},
}


def _quiet(text: str) -> str:
    """Words of others as part of a sentence: no ends of sentences, no quotes, no line breaks."""
    clauses = [" ".join(part.split()).strip(" ,") for part in re.split(r"[.!?…;]+(?=\s|$)|[\"“”«»\n]+", text)]
    return re.sub(r"[.!?…]", "", ", ".join(part for part in clauses if part))


def _who(name: str, age: int, gender: Gender, look: str) -> str:
    return f"{_quiet(name)}, a {age}-year-old {gender} with {_quiet(look)}"


def photo_prompt(request: PhotoPromptRequest) -> str:
    """The prompt of a selfie, a paragraph of plain sentences."""
    persona = request.persona
    chance = random.Random(f"photo {request.seed}")
    words = _PRONOUNS[persona.gender]
    scene = read_scene(request.wish, persona.gender, request.seed)
    where = chance.choice(places()[scene.place]["phrases"]).format(**words)
    light = kinds("light")[scene.light]["phrase"]
    air = [kinds("weather")[scene.weather]["phrase"]] if scene.weather and scene.weather != scene.place else []
    season = [kinds("season")[scene.season]["phrase"]] if scene.season and scene.season != scene.place else []
    sentences = [
        f"{chance.choice(shots.OPENINGS)} of {_who(persona.name, persona.age, persona.gender, persona.look)}",
        f"{words['They']} is {', '.join([where, light, *air, *season])}",
        f"{words['They']} wears {_article(wear(scene))}",
        f"{chance.choice(shots.POSES).format(**words)}, {kinds('mood')[scene.mood]['phrase']}",
        chance.choice(shots.LENSES),
    ]
    wish = "" if request.careful else _quiet(request.wish)
    if wish:
        if len(wish) > _LONGEST_WISH:
            wish = wish[:_LONGEST_WISH].rsplit(" ", 1)[0] + "…"
        sentences.append(f"{ASKED} “{wish}”")
    return ". ".join(sentences) + "."


def _article(what: str) -> str:
    return f"{'an' if what[0] in 'aeiou' else 'a'} {what}"


def _action(request: VideoPromptRequest, scene: Scene, chance: random.Random, words: dict[str, str]) -> list[str]:
    """One action in beats that fit the clip's seconds."""
    wished = find(kinds("gesture"), request.wish)
    if wished is not None:
        main = kinds("gesture")[wished]["action"]
    else:
        own = shots.ACTIONS_OF_PLACES.get(scene.place, ())
        main = chance.choice((*shots.ACTIONS, *own, *own))
    beats = [main.format(**words)]
    if request.flirty and not request.careful:
        note = chance.choice(shots.FLIRTY).format(**words)
        beats.append(note)
    if request.seconds >= 5 and len(beats) < 3:
        beats.append(chance.choice(shots.LONG_ENDINGS if request.seconds >= 8 else shots.ENDINGS).format(**words))
    return beats


def video_prompt(request: VideoPromptRequest) -> VideoPrompt:
    """The prompt of a video that begins with the selfie: five parts, 8 to 12 sentences. Always a valid one."""
    for attempt in range(_ATTEMPTS):
        try:
            return _video_prompt(request, attempt)
        except ValidationError:
            # Harmless words can look indecent side by side; other phrases, and at last no look at all, do not.
            continue
    return _video_prompt(request, _ATTEMPTS)


def _video_prompt(request: VideoPromptRequest, attempt: int) -> VideoPrompt:
    persona = request.persona
    chance = random.Random(f"video {request.seed}" + f" {attempt}" * bool(attempt))
    words = _PRONOUNS[persona.gender]
    scene = read_scene(request.photo_prompt, persona.gender, request.seed, english=True)
    place, light = places()[scene.place], kinds("light")[scene.light]
    name = _quiet(persona.name)
    if scene.known:
        where = chance.choice(place["phrases"]).format(**words)
        view = chance.choice(place["views"]).format(**words)
        heard = chance.choice(place["heard"])
    else:
        # A photo prompt of another writer may name a place we do not know: the first frame shows it.
        where = "in the same place as in the photo" + (f", {light['phrase']}" if scene.lit else "")
        view = "Place, light and clothes stay exactly as the first frame shows them"
        heard = "Quiet natural sound of the place with a little air moving."
    look = persona.look if attempt < _ATTEMPTS else "the look of the first frame"
    who = f"{_who(name, persona.age, persona.gender, look)}, is {where}"
    air = f", {kinds('weather')[scene.weather]['phrase']}" if scene.weather and scene.weather != scene.place else ""
    scenery = [who, view + air]
    if chance.random() < 0.7:
        scenery.append(f"{words['They']} wears {_article(wear(scene))}" if scene.dressed else chance.choice(shots.AIR))
    camera = [chance.choice(shots.CAMERAS), light["lit"] if scene.lit or scene.known else shots.SAME_LIGHT]
    if chance.random() < 0.5:
        camera.append(chance.choice(shots.MOODS))
    style = [f"{light['style'] if scene.lit or scene.known else 'Natural colours'}, {chance.choice(shots.STYLES)}"]
    if chance.random() < 0.4:
        style.append(chance.choice(shots.FORMATS))
    action = _action(request, scene, chance, words)
    # Eight sentences at least: the lean ones are filled where a further sentence says something.
    if len(style) + len(scenery) + len(camera) + len(action) + 1 < 8:
        camera.append(chance.choice(shots.MOODS)) if len(camera) < 3 else style.append(chance.choice(shots.FORMATS))
    if len(style) + len(scenery) + len(camera) + len(action) + 1 < 8:
        style.append(chance.choice(shots.FORMATS)) if len(style) < 2 else scenery.append(chance.choice(shots.AIR))

    def text(parts: list[str]) -> str:
        return ". ".join(parts) + "."

    return VideoPrompt(
        style=text(style), scene=text(scenery), cinematography=text(camera), action=text(action), sound=heard
    )


class StudioPrompts(PromptWriter):
    """Writes prompts and replies without any model: quick, free and repeatable."""

    settings_type: ClassVar[type[Settings]] = StudioSettings
    settings: StudioSettings

    async def photo_prompt(self, request: PhotoPromptRequest) -> str:
        """The prompt of a selfie, with what the wish asks for in English, Turkish or Russian."""
        return photo_prompt(request)

    async def video_prompt(self, request: VideoPromptRequest) -> VideoPrompt:
        """A valid video prompt, whatever the request."""
        return video_prompt(request)

    async def reply(self, request: ReplyRequest) -> str:
        """The persona's next line."""
        return answer(request)
