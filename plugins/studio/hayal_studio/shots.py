"""How prompts are phrased: openings, poses, cameras, actions. Each phrase lacks its full stop."""

from __future__ import annotations

OPENINGS = (
    "A natural smartphone selfie",
    "A candid vertical selfie",
    "An intimate, well-lit phone selfie",
    "A spontaneous front-camera selfie",
    "A warm, true-to-life selfie",
)
POSES = (
    "{They} holds the phone at arm's length, head tilted a little",
    "{They} looks straight into the lens from close by",
    "{They} leans in towards the camera, shoulders relaxed",
    "{They} turns {their} face a little to the light and looks into the lens",
    "{They} is framed from the chest up, chin slightly lowered",
)
LENSES = (
    "Shallow depth of field, real skin texture, vertical framing",
    "Soft background blur, natural colours, sharp eyes, vertical framing",
    "A 26 mm phone lens, gentle grain, crisp eyes, vertical framing",
)
STYLES = (
    "natural handheld smartphone footage with fine grain",
    "intimate documentary look with soft contrast",
    "modern lifestyle footage on a fast lens",
    "soft 35mm film look with gentle halation",
    "clean contemporary realism with true skin tones",
)
FORMATS = (
    "Vertical selfie video, one unbroken take",
    "It is shot vertically in a single take, close and personal",
    "Vertical framing, natural grain, no cuts",
)
CAMERAS = (
    "Close-up at arm's length on a 26 mm phone lens with a slow push-in",
    "Chest-up handheld shot with a slight, breathing sway",
    "Close shot at eye level on a 35 mm lens that drifts slowly to one side",
    "Steady close-up with very shallow focus on the eyes",
    "Medium close-up with a slow arc of a few degrees and a soft background",
)
MOODS = (
    "The mood is warm, close and unhurried",
    "The mood is calm and tender, like a message to one person",
    "The frame feels personal, as if sent to a friend",
    "The mood is light and a little playful",
)
AIR = ("The air is calm and the moment feels unposed", "Small movements in the background keep the place alive")
ACTIONS = (
    "{They} looks into the lens, takes a small breath and lets a smile grow slowly",
    "{They} tilts {their} head a little and gives the camera a slow, warm smile",
    "{They} glances at the view beside {them}, then comes back to the camera with a smile",
    "{They} brushes a strand of hair aside and looks up into the lens",
    "{They} raises {their} eyebrows as if sharing a secret and smiles",
    "{They} nods once, slowly, and smiles with {their} eyes",
)
ACTIONS_OF_PLACES: dict[str, tuple[str, ...]] = {
    "sea": ("{They} closes {their} eyes to the breeze for a moment and then smiles at the camera",),
    "cafe": ("{They} lifts a warm cup, breathes in the steam and smiles over its rim",),
    "kitchen": ("{They} tastes something from a wooden spoon and nods with a pleased smile",),
    "snow": ("{They} catches a snowflake on an open palm and shows it to the camera with a smile",),
    "rain": ("{They} tips the umbrella back a little, looks up at the rain and smiles",),
    "library": ("{They} closes a book softly, puts a finger to {their} lips and smiles",),
    "train": ("{They} watches the fields pass for a moment and turns back to the lens",),
    "autumn": ("{They} twirls a golden leaf between two fingers and smiles at the camera",),
    "meadow": ("{They} smells a small flower and looks up at the camera",),
    "fireplace": ("{They} warms {their} hands, looks at the flames and turns to the camera with a smile",),
    "balcony": ("{They} rests {their} chin on one hand and lets a slow smile come",),
    "cappadocia": ("{They} points past {their} shoulder at the balloons and laughs quietly",),
    "bosphorus": ("{They} follows a gull with {their} eyes and then smiles back into the lens",),
}
ENDINGS = (
    "The last beat holds on {their} smile",
    "{They} keeps the look until the very end",
    "Then {they} is still and simply looks into the lens",
)
LONG_ENDINGS = (
    "After a pause {they} breathes out and holds the smile to the end",
    "In the second half {they} relaxes, looks down for a moment and up again",
    "Slowly the smile settles and {they} stays with the camera until the end",
)
FLIRTY = (
    "With a playful half-smile {they} holds the look one beat longer than needed",
    "{They} bites back a smile and gives a tiny wink",
    "{They} lowers {their} gaze, then looks up through {their} lashes with a soft smile",
    "{They} tilts {their} head and lifts one eyebrow, teasing and warm",
)
SAME_LIGHT = "The light stays as it is in the first frame and rolls softly over the face"
