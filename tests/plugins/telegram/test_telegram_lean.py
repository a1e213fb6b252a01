"""aiogram is imported without building what is not used; what is used is built, whole and like aiogram's own."""

from __future__ import annotations

import json
import subprocess
import sys

from hayal_telegram.lean import METHODS, TYPES

LEAN = """
import json, sys
import hayal_telegram.messenger, hayal_telegram.webhook, hayal_telegram.polling
from aiogram import methods, types
named = set()
for name, module in list(sys.modules.items()):
    if name.startswith("hayal_telegram"):
        for value in vars(module).values():
            if isinstance(value, type) and value.__module__.startswith(("aiogram.types.", "aiogram.methods.")):
                if hasattr(value, "model_rebuild") and value.__name__ not in {"TelegramMethod", "InputFile"}:
                    named.add((value.__name__, value.__pydantic_complete__))
built = sum(bool(getattr(getattr(types, n), "__pydantic_complete__", False)) for n in types.__all__)
keyboard = types.InlineKeyboardMarkup(inline_keyboard=[[types.InlineKeyboardButton(text="a", callback_data="b")]])
said = methods.SendMessage(chat_id=1, text="x", reply_markup=keyboard, entities=[
    types.MessageEntity(type="bold", offset=0, length=1)])
print(json.dumps({"named": sorted(named), "built": built, "all": len(types.__all__), "said": said.model_dump_json(
    exclude_none=True, exclude_defaults=True)}))
"""

FULL = LEAN.replace("import json, sys", "import json, sys\nimport aiogram", 1)


def _told(program: str) -> dict[str, object]:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    told: dict[str, object] = json.loads(done.stdout)
    return told


def test_all_that_the_plugin_names_is_built_and_little_else() -> None:
    lean, full = _told(LEAN), _told(FULL)
    named = {name for name, built in lean["named"] if built}  # type: ignore[attr-defined]
    assert named == {name for name, _ in lean["named"]}  # type: ignore[attr-defined]
    assert named <= {*TYPES, *METHODS}
    assert lean["built"] < 60 < full["built"]  # type: ignore[operator]
    assert lean["said"] == full["said"]
