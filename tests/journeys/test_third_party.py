"""A plugin of somebody else's: a distribution outside the tree, installed with pip, chosen by one line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from journeys.process import chat, cookies_of, hayal, write

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(240)]

PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "hayal-sketch"
version = "1.2.3"
dependencies = ["hayal"]

[project.entry-points.hayal]
sketch = "hayal_sketch"
"""

PLUGIN = '''
from hayal import Done, VideoCapabilities, VideoGenerator, hookimpl


class Sketch(VideoGenerator):
    """The reference picture, shown for as long as asked."""

    capabilities = VideoCapabilities(seconds=(2, 4))

    async def submit(self, request):
        path = self.host.folder / f"{request.key.replace('/', '-')}.mp4"
        import io
        import av
        with av.open(str(path), "w") as film:
            stream = film.add_stream("libx264", rate=8)
            stream.width, stream.height = request.size
            picture = av.open(io.BytesIO(request.reference)).decode(video=0)
            frame = next(picture).reformat(format="yuv420p")
            for number in range(8 * request.seconds):
                frame.pts = None
                film.mux(stream.encode(frame))
            film.mux(stream.encode(None))
        return path.name

    async def poll(self, remote):
        return Done(cost=0.01)

    async def download(self, remote):
        yield (self.host.folder / remote).read_bytes()


@hookimpl
def register_video_generators(register):
    register("sketch", Sketch)
'''


@pytest.fixture(scope="module")
def _installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Install it with pip as anybody would, without the network, and remove it at the end."""
    folder = tmp_path_factory.mktemp("sketch")
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "hayal_sketch.py").write_text(PLUGIN)
    pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--no-deps", "--no-build-isolation", "--no-index", str(folder)], check=True)
    yield
    subprocess.run([*pip, "uninstall", "-y", "hayal-sketch"], check=True)


@pytest.mark.usefixtures("_installed")
async def test_one_line_makes_somebody_elses_plugin_the_video_generator(tmp_path: Path) -> None:
    assert len([line for line in PLUGIN.splitlines() if line.strip()]) <= 34
    config = write(tmp_path)
    config.write_text(config.read_text().replace("[engine]\n", '[engine]\nvideo = "sketch"\n'))
    async with hayal(config, command=True) as running:
        cookies = await cookies_of(running.url)
        async with chat(running.url, cookies) as me:
            await me.begin()
            await me.send("tap", tap="selfie")
            await me.wait_media("image")
            await me.send("tap", tap="video last")
            video = (await me.wait_media("video"))["attachment"]
            assert video["seconds"] == pytest.approx(2, abs=0.2)
            assert (video["width"], video["height"]) == (144, 256)
    assert _modules(config) == {"hayal_sketch", "hayal_studio", "hayal_web"}
    config.write_text(config.read_text().replace('video = "sketch"\n', ""))
    assert _modules(config) == {"hayal_studio", "hayal_web"}


def _modules(config: Path) -> set[str]:
    """The plugins that a process with this configuration has imported, after opening everything it names."""
    code = """
import sys, anyio
from pathlib import Path
from hayal.config import load
from hayal.engine import open_engine
async def main():
    async with open_engine(load(Path(sys.argv[1]))):
        pass
anyio.run(main)
print(*{name for name in sys.modules if name.startswith("hayal_") and "." not in name})
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(config)], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    return set(done.stdout.split())
