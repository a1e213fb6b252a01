"""The process that draws. `pictures` answers specs from stdin; `film FOLDER` renders one job.

It ends by itself when stdin closes, which it does when the engine dies, however it dies.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hayal_studio.scene import Scene

REQUEST, REFERENCE, PROGRESS, VIDEO, ERROR = "request.json", "reference.jpg", "progress", "video.mp4", "error"
"""The files of a job's folder."""


def replace_text(path: Path, text: str) -> None:
    """Write a small file so that a reader sees the old text or the new, never half of one."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _end_with_parent() -> None:
    def watch() -> None:
        # Not through sys.stdin: its lock, held here, would abort the interpreter's own end.
        while os.read(0, 4096):
            pass
        os._exit(3)

    threading.Thread(target=watch, daemon=True).start()


def film_job(folder: Path) -> None:
    """Render the job in `folder`."""
    from hayal_studio.film.film import Plan, film
    from hayal_studio.look import read_look
    from hayal_studio.scene import read_scene
    from hayal_studio.spec import FilmSpec

    spec = FilmSpec.from_json((folder / REQUEST).read_text(encoding="utf-8"))
    reference = (folder / REFERENCE).read_bytes() if (folder / REFERENCE).exists() else None
    person = spec.person
    plan = Plan(
        scene=read_scene(spec.scene_text, person.gender, spec.seed, english=True),
        look=read_look(person.name, person.age, person.gender, person.look),
        seed=spec.seed,
        seconds=spec.seconds,
        width=spec.width,
        height=spec.height,
        fps=spec.fps,
        crf=spec.crf,
        heard=spec.sound,
        reference=reference,
        drawn=_memory(reference),
    )
    part = folder / f"{VIDEO}.{os.getpid()}.part"
    try:
        film(plan, part, lambda share: replace_text(folder / PROGRESS, f"{share:.3f}"))
        part.replace(folder / VIDEO)
    finally:
        part.unlink(missing_ok=True)


def _memory(reference: bytes | None) -> tuple[Scene, int] | None:
    if reference is None:
        return None
    import io

    from PIL import Image as Pil

    from hayal_studio.spec import recall

    with Pil.open(io.BytesIO(reference)) as image:
        return recall(image.info.get("comment"))


def serve_pictures() -> None:
    """Answer each line of stdin, a picture's spec, with one line of JSON and, if it succeeded, the JPEG."""
    from hayal_studio.draw.selfie import selfie
    from hayal_studio.spec import PictureSpec

    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        try:
            data = selfie(PictureSpec.from_json(line.decode("utf-8")))
        except Exception as error:  # noqa: BLE001  # one bad request must not cost the others their worker
            traceback.print_exc()
            out.write(json.dumps({"error": f"{type(error).__name__}: {error}"}).encode() + b"\n")
        else:
            out.write(json.dumps({"size": len(data)}).encode() + b"\n" + data)
        out.flush()


def check_codecs() -> None:
    """Fail unless this PyAV can encode H.264 and AAC."""
    import av

    for name in ("libx264", "aac"):
        av.codec.Codec(name, "w")


def main(arguments: list[str]) -> int:
    """Run one of the commands; returns the exit code."""
    match arguments:
        case ["pictures"]:
            serve_pictures()
        case ["film", folder]:
            _end_with_parent()
            film_job(Path(folder))
        case ["check"]:
            check_codecs()
        case _:
            print("usage: python -m hayal_studio.worker pictures | film FOLDER | check", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
