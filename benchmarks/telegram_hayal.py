"""hayal with the plugin telegram, for `benchmarks.telegram`: configuration, and a database with everybody in it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import anyio

from benchmarks.common import PARTS
from benchmarks.telegram_server import FIRST, PEOPLE

CONFIG = """
[engine]
messengers = ["telegram"]
prompt = "null"
image = "null"
video = "null"
spare_prompt = ""
[log]
level = "error"
[plugins.telegram]
token = "{token}"
api_base = "{url}"
messages_per_second = 0
[personas.ayla]
name = "Ayla"
age = 27
gender = "woman"
look = "long dark hair"
"""

RUN = "import sys; sys.path.insert(0, sys.argv.pop(1)); from hayal.cli import main; main()"


async def fill(path: Path, video: Path) -> None:
    """Everybody is 18 and has a persona; the first three own the video."""
    from hayal.chat import Attachment
    from hayal.config import load
    from hayal.engine import open_engine
    from hayal.storage.content import save_generated_content
    from hayal.storage.people import Person, save_person

    async with open_engine(load(path, {})) as engine:

        def people(conn: object) -> None:
            for number in range(FIRST, FIRST + PEOPLE):
                key = f"telegram:{number}"
                save_person(conn, Person(key, key, "", "en", "ayla", 1.0))

        await engine.services.database.run(people)
        for number in range(3):
            key = f"{number}/film.mp4"
            size = await engine.services.media.put(key, video)
            film = Attachment(kind="video", key=key, mime="video/mp4", width=144, height=256, bytes=size, seconds=2.0)
            owner = f"telegram:{FIRST + number}"

            def content(conn: object, owner: str = owner, film: Attachment = film) -> None:
                save_generated_content(conn, owner, "video", "a film", film)

            await engine.services.database.run(content)


def prepare(folder: Path, url: str, token: str, video: Path) -> tuple[list[str], str]:
    """What to run, and the tap that asks for the video."""
    path = folder / "config.toml"
    path.write_text(CONFIG.format(url=url, token=token))
    subprocess.run(
        [sys.executable, "-m", "benchmarks.telegram_hayal", json.dumps([str(path), str(video)])],
        check=True,
        cwd=Path(__file__).parents[1],
    )
    return [sys.executable, "-c", RUN, str(PARTS), "run", "--config", str(path)], "show {number}"


if __name__ == "__main__":
    config, film = json.loads(sys.argv[1])
    anyio.run(fill, Path(config), Path(film))
