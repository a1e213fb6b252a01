"""hayal on Telegram, beside plain aiogram, python-telegram-bot and NoneBot2 with its Telegram adapter.

The same work on the same local server: a command comes in by long polling, one message with a menu goes out. hayal
does more for it: the session is looked up among 20,000, what came in and what goes out is on disk (`synchronous=FULL`)
before the update is confirmed.

Every bot runs with a server of its own: the one of the tests, a process pinned to another core, without its checks and
without limits, so that it is not what is measured (its share of a core is shown: near 1 it would be). In each round
every bot is measured once, in turn, so that whatever else the machine does meets all of them. Medians of the rounds.

Then each sends a video of 45 MB, and the peak of its resident memory above what it had just before is read.

    python -m benchmarks.telegram [NAME ...]
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil

from benchmarks.telegram_hayal import prepare

HERE = Path(__file__).parent
ROUNDS, SECONDS, AT_ONCE = 5, 4.0, 300
VIDEO_BYTES = 45 * 2**20
PEERS = {"aiogram": "aiogram_bot", "python-telegram-bot": "ptb_bot", "NoneBot2": "nonebot_bot"}


class Running:
    """A bot, and the server it talks to."""

    def __init__(self, bot: psutil.Process, server: subprocess.Popen[str], film: str) -> None:
        self.bot, self.server, self.film = bot, server, film

    def ask(self, **what: Any) -> dict[str, float]:
        """Have the people at the server do something."""
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        self.server.stdin.write(json.dumps(what) + "\n")
        self.server.stdin.flush()
        line = self.server.stdout.readline()
        assert line, "the server has ended"
        answer: dict[str, float] = json.loads(line)
        return answer

    def cpu(self) -> float:
        """Seconds of processor time the bot has had."""
        times = self.bot.cpu_times()
        return times.user + times.system

    def measure(self, seconds: float) -> dict[str, float]:
        """One round."""
        before = self.cpu()
        done = self.ask(seconds=seconds, at_once=AT_ONCE)
        cpu = self.cpu() - before
        assert done["doubled"] == 0, done
        return {
            "updates/s": done["answered"] / done["seconds"],
            "CPU us/update": cpu / done["answered"] * 1e6,
            "server's core": done["server"],
        }

    def memory(self, number: int) -> dict[str, float]:
        """Send the video once, and see how much memory that took at most."""
        Path(f"/proc/{self.bot.pid}/clear_refs").write_text("5")
        idle = self.bot.memory_info().rss
        done = self.ask(**{"do": self.film.format(number=number + 1), "from": number})
        assert done["bytes"] >= VIDEO_BYTES, done
        status = Path(f"/proc/{self.bot.pid}/status").read_text()
        peak = next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))
        return {"45 MB: MB above idle": (peak - idle) / 1e6, "45 MB: seconds": done["seconds"], "idle MB": idle / 1e6}


@contextmanager
def started(name: str, folder: Path, video: Path) -> Iterator[Running]:
    """A server and one bot, the bot on the last core."""
    with ExitStack() as stack:
        server = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.telegram_server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=HERE.parent,
        )
        stack.callback(_end, server)
        assert server.stdout is not None
        url, token = server.stdout.readline().split()
        if name == "hayal":
            command, film = prepare(folder, url, token, video)
        else:
            command = [sys.executable, str(HERE / "peers" / f"{PEERS[name]}.py"), url, token, str(video)]
            film = "/film"
        bot = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=folder)
        stack.callback(_end, bot)
        process = psutil.Process(bot.pid)
        if hasattr(os, "sched_setaffinity"):
            for thread in process.threads():
                os.sched_setaffinity(thread.id, {max(os.sched_getaffinity(0))})
        yield Running(process, server, film)


def _end(process: subprocess.Popen[Any]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def film(path: Path) -> Path:
    """A short MP4 with a box of nothing after it: 45 MB."""
    import av

    with av.open(str(path), "w") as made:
        stream = made.add_stream("libx264", rate=8)
        stream.width, stream.height, stream.pix_fmt = 144, 256, "yuv420p"
        for _ in range(16):
            made.mux(stream.encode(av.VideoFrame(144, 256, "yuv420p")))
        made.mux(stream.encode(None))
    left = VIDEO_BYTES - path.stat().st_size
    with path.open("ab") as out:
        out.write(left.to_bytes(4, "big") + b"free" + bytes(left - 8))
    return path


def run(names: tuple[str, ...] = ("hayal", *PEERS), rounds: int = ROUNDS) -> dict[str, dict[str, float]]:
    """All of them, interleaved."""
    figures: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in names}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        video = film(Path(folder) / "film.mp4")
        bots = {}
        for name in names:
            own = Path(folder) / name
            own.mkdir()
            bots[name] = stack.enter_context(started(name, own, video))
        for bot in bots.values():
            bot.measure(1.0)  # warm
        for number in range(rounds):
            for name in names[number % len(names) :] + names[: number % len(names)]:
                for figure, value in bots[name].measure(SECONDS).items():
                    figures[name][figure].append(value)
        for name, bot in bots.items():
            for number in range(3):
                for figure, value in bot.memory(number).items():
                    figures[name][figure].append(value)
    return {
        name: {
            figure: (max if "above idle" in figure else statistics.median)(values) for figure, values in found.items()
        }
        for name, found in figures.items()
    }


if __name__ == "__main__":
    from rich.console import Console
    from rich.table import Table

    done = run(tuple(sys.argv[1:]) or ("hayal", *PEERS))
    table = Table("", *next(iter(done.values())), box=None)
    for name, found in done.items():
        table.add_row(name, *(f"{value:,.3g}" if value < 100 else f"{value:,.0f}" for value in found.values()))
    Console().print(table)
