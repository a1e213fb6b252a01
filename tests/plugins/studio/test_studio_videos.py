"""Videos: what is in the file, and that no crash loses one."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import anyio
import numpy as np
import psutil
import pytest
from PIL import Image as Pil
from studio_kit import AYLA, SMALL, finished, pixels, probe, request

from hayal import Done, Failed, Host, Running, Size
from hayal_studio.draw.selfie import selfie
from hayal_studio.jobs import job_id
from hayal_studio.settings import StudioSettings
from hayal_studio.spec import Person, PictureSpec
from hayal_studio.videos import StudioVideos

pytestmark = pytest.mark.anyio


def own_selfie(seed: int = 4) -> bytes:
    person = Person(AYLA.name, AYLA.age, AYLA.gender, AYLA.look)
    return selfie(PictureSpec(person, "at the sea", SMALL.width, SMALL.height, seed, 92))


def foreign_photo() -> bytes:
    import io

    noise = np.random.default_rng(1).random((10, 6, 3)) * 255
    out = io.BytesIO()
    Pil.fromarray(noise.astype(np.uint8)).resize(SMALL, Pil.Resampling.BICUBIC).save(out, "JPEG", quality=90)
    return out.getvalue()


def workers(job: str) -> list[psutil.Process]:
    out = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and job in " ".join(process.cmdline()):
                out.append(process)
        except psutil.Error:
            continue
    return out


async def under_way(part: StudioVideos, job: str) -> None:
    """Until the worker has drawn some of it."""
    with anyio.fail_after(40):
        while True:
            state = await part.poll(job)
            assert isinstance(state, Running)
            assert state.poll_after
            if state.progress and workers(job):
                return
            await anyio.sleep(0.05)


@pytest.mark.parametrize("reference", [own_selfie, foreign_photo, None], ids=["own", "foreign", "none"])
async def test_the_file_is_a_video_that_plays_everywhere(videos: StudioVideos, reference) -> None:
    data = reference() if reference else None
    job = await videos.submit(request("key", reference=data))
    found = probe(await finished(videos, job))
    assert await videos.poll(job) == Done(cost=0.0)
    assert found.codecs == ("h264", "aac")
    assert found.pixel_format == "yuv420p"
    assert found.size == SMALL
    assert found.seconds == pytest.approx(2, abs=0.05)
    assert len(found.frames) == 48
    assert (found.rate, found.channels) == (48000, 2)
    assert found.moov_first
    # Audible, far from clipping, silent at both ends.
    assert 0.01 < np.sqrt(np.mean(found.sound**2)) < 0.2
    assert np.abs(found.sound).max() < 0.8
    assert np.abs(found.sound[:, :200]).max() < 0.02
    # It moves, and it begins with the reference.
    assert np.abs(found.frames[-1] - found.frames[0]).mean() > 0.004
    assert all(np.abs(a - b).mean() < 0.06 for a, b in zip(found.frames, found.frames[1:], strict=False))
    if data is not None:
        assert np.abs(found.frames[0] - pixels(data)).mean() < 0.02


async def test_rendering_is_repeatable(videos: StudioVideos) -> None:
    jobs = [await videos.submit(request(key, seconds=1)) for key in ("a", "b")]
    first, second = [await finished(videos, job) for job in jobs]
    assert probe(first).frames[-1].tobytes() == probe(second).frames[-1].tobytes()


async def test_odd_sizes_and_lengths(videos: StudioVideos) -> None:
    job = await videos.submit(request("odd", seconds=1, size=Size(322, 178)))
    found = probe(await finished(videos, job))
    assert found.size == (322, 178)
    assert found.seconds == pytest.approx(1, abs=0.05)


async def test_submitting_twice_is_one_job(videos: StudioVideos) -> None:
    once = await videos.submit(request("same", seconds=1))
    again = await videos.submit(request("same", seconds=1))
    assert once == again
    assert len(list((videos.host.folder / "videos").iterdir())) == 1


async def test_nothing_of_the_key_reaches_a_path(videos: StudioVideos) -> None:
    job = await videos.submit(request("../../etc/passwd\0", seconds=1))
    assert job.isalnum()
    await videos.cancel(job)


async def test_find_knows_what_was_submitted(videos: StudioVideos) -> None:
    since = datetime.now(UTC)
    assert await videos.find(request("later"), since) is None
    job = await videos.submit(request("later", seconds=1))
    assert await videos.find(request("later"), since) == job
    await videos.cancel(job)
    assert await videos.find(request("later"), since) is None


@pytest.mark.parametrize("job", ["0" * 32, "", "../..", "x"])
async def test_an_unknown_job_has_failed(videos: StudioVideos, job: str) -> None:
    with pytest.raises(Failed):
        await videos.poll(job)
    with pytest.raises(Failed):
        await anext(videos.download(job))
    await videos.cancel(job)


async def test_a_killed_worker_is_started_again(videos: StudioVideos) -> None:
    job = await videos.submit(request("killed", seconds=3))
    await under_way(videos, job)
    over = videos._renders[job].over
    for worker in workers(job):
        worker.kill()
    await over.wait()
    assert isinstance(await videos.poll(job), Running)
    assert probe(await finished(videos, job)).seconds == pytest.approx(3, abs=0.05)


async def test_a_job_that_always_kills_its_worker_fails_for_good(videos: StudioVideos) -> None:
    job = await videos.submit(request("doomed", seconds=30))
    for _ in range(3):
        await under_way(videos, job)
        over = videos._renders[job].over
        for worker in workers(job):
            worker.kill()
        await over.wait()
    with pytest.raises(Failed, match="killed 3 times"):
        await videos.poll(job)


async def test_a_failing_worker_says_why(videos: StudioVideos) -> None:
    job = await videos.submit(request("broken", reference=b"this is no JPEG"))
    with pytest.raises(Failed, match="UnidentifiedImageError"):
        await finished(videos, job)
    # The same request may be tried again.
    assert await videos.submit(request("broken", reference=b"this is no JPEG")) == job
    assert isinstance(await videos.poll(job), Running)
    await videos.cancel(job)


async def test_cancelling_stops_the_worker_and_removes_the_job(videos: StudioVideos) -> None:
    job = await videos.submit(request("unwanted", seconds=20))
    await under_way(videos, job)
    await videos.cancel(job)
    assert not workers(job)
    assert not (videos.host.folder / "videos" / job).exists()
    with pytest.raises(Failed):
        await videos.poll(job)


async def test_only_so_many_render_side_by_side(videos: StudioVideos) -> None:
    jobs = [await videos.submit(request(f"queue {i}", seconds=20)) for i in range(3)]
    await under_way(videos, jobs[0])
    assert [bool(workers(job)) for job in jobs] == [True, False, False]
    for job in jobs:
        await videos.cancel(job)


async def test_leaving_kills_the_worker_and_the_next_start_finishes_the_job(host: Host) -> None:
    async with StudioVideos(StudioSettings(), host) as first:
        job = await first.submit(request("survivor", seconds=3))
        await under_way(first, job)
    assert not workers(job)
    async with StudioVideos(StudioSettings(), host) as second:
        assert isinstance(await second.poll(job), Running)
        assert probe(await finished(second, job)).seconds == pytest.approx(3, abs=0.05)


_CRASH = """
import anyio, os, sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from studio_kit import request
from hayal import Host
from hayal_studio.settings import StudioSettings
from hayal_studio.videos import StudioVideos

async def main():
    async with StudioVideos(StudioSettings(), Host("studio", Path(sys.argv[1]))) as part:
        job = await part.submit(request("crash", seconds=30))
        while not (await part.poll(job)).progress:
            await anyio.sleep(0.01)
        os._exit(9)

anyio.run(main)
"""


async def test_a_crash_of_the_engine_leaves_no_worker_behind(host: Host) -> None:
    tests = str(Path(__file__).parent)
    run = await anyio.run_process(
        [sys.executable, "-c", _CRASH, str(host.folder), tests], check=False, stderr=subprocess.PIPE
    )
    assert run.returncode == 9, run.stderr.decode()
    job = job_id("crash")
    _, alive = await anyio.to_thread.run_sync(lambda: psutil.wait_procs(workers(job), timeout=20))
    assert not alive
    async with StudioVideos(StudioSettings(), host) as part:
        assert isinstance(await part.poll(job), Running)
        await under_way(part, job)
        await part.cancel(job)


async def test_old_jobs_are_cleaned_at_start_but_unfinished_ones_stay(host: Host) -> None:
    async with StudioVideos(StudioSettings(), host) as first:
        done = await first.submit(request("done", seconds=1))
        await finished(first, done)
        waiting = await first.submit(request("waiting", seconds=20))
    for job in (done, waiting):
        os.utime(host.folder / "videos" / job, (0, 0))
    async with StudioVideos(StudioSettings(), host) as second:
        with pytest.raises(Failed):
            await second.poll(done)
        assert isinstance(await second.poll(waiting), Running)
        await second.cancel(waiting)


async def test_check_passes_here_and_names_a_folder_it_cannot_write(videos: StudioVideos, host: Host) -> None:
    from hayal import StorageError

    await videos.check()
    folder = host.folder / "videos"
    for path in sorted(folder.glob("*")):
        path.unlink()
    folder.rmdir() if folder.exists() else None
    folder.write_text("in the way")
    with pytest.raises(StorageError):
        await videos.check()


def test_a_worker_ends_when_its_stdin_closes() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "hayal_studio.worker", "pictures"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    assert process.stdin
    process.stdin.close()
    assert process.wait(timeout=20) == 0
