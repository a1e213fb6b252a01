"""Video jobs on disk: one folder each. Blocking; call it off the event loop."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
from pathlib import Path

from hayal_studio.spec import FilmSpec
from hayal_studio.worker import ERROR, PROGRESS, REFERENCE, REQUEST, VIDEO, replace_text

_ID = re.compile(r"[0-9a-f]{32}")
_STARTS = "starts"


def job_id(key: str) -> str:
    """The id of the job for a request's key: nothing of the key itself reaches a path."""
    return hashlib.sha256(f"studio video {key}".encode()).hexdigest()[:32]


class Jobs:
    """The jobs below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, job: str) -> Path | None:
        """The folder of a job, or None if there is no such job."""
        if not _ID.fullmatch(job):
            return None
        folder = self.folder / job
        return folder if (folder / REQUEST).is_file() else None

    def create(self, job: str, spec: FilmSpec, reference: bytes | None) -> None:
        """Store a job, whole or not at all. One that is there already is left as it is, unless it failed."""
        there = self.path(job)
        if there is not None:
            if (there / ERROR).exists():
                for name in (ERROR, _STARTS, PROGRESS):
                    (there / name).unlink(missing_ok=True)
            return
        new = self.folder / f".new-{job}-{os.getpid()}"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        if reference is not None:
            (new / REFERENCE).write_bytes(reference)
        (new / REQUEST).write_text(spec.to_json(), encoding="utf-8")
        try:
            new.rename(self.folder / job)
        except OSError:
            # Somebody else stored the same job in between: theirs is as good.
            shutil.rmtree(new, ignore_errors=True)
            if self.path(job) is None:
                raise

    def video(self, job: str) -> Path | None:
        """The finished video, if it is finished."""
        folder = self.path(job)
        return folder / VIDEO if folder is not None and (folder / VIDEO).is_file() else None

    def progress(self, job: str) -> float:
        """How far it is, from 0 to 1."""
        try:
            return min(1.0, max(0.0, float((self.folder / job / PROGRESS).read_text())))
        except (OSError, ValueError):
            return 0.0

    def error(self, job: str) -> str | None:
        """Why it failed for good, if it did."""
        try:
            return (self.folder / job / ERROR).read_text(encoding="utf-8")
        except OSError:
            return None

    def fail(self, job: str, reason: str) -> None:
        """Record that it failed for good."""
        folder = self.path(job)
        if folder is not None:
            replace_text(folder / ERROR, reason)

    def deaths(self, job: str, *, add: int = 0) -> int:
        """How often a worker was killed at this job."""
        path = self.folder / job / _STARTS
        try:
            count = int(path.read_text())
        except (OSError, ValueError):
            count = 0
        if add and path.parent.is_dir():
            replace_text(path, str(count + add))
        return count + add

    def remove(self, job: str) -> None:
        """Remove a job and all its files."""
        if _ID.fullmatch(job):
            shutil.rmtree(self.folder / job, ignore_errors=True)

    def clean(self, keep_seconds: float) -> None:
        """Remove what is finished, failed or half stored and older than `keep_seconds`."""
        if not self.folder.is_dir():
            return
        before = time.time() - keep_seconds
        for folder in self.folder.iterdir():
            ended = [folder / VIDEO, folder / ERROR]
            over = folder.name.startswith(".new-") or any(path.exists() for path in ended)
            if over and folder.stat().st_mtime < before:
                shutil.rmtree(folder, ignore_errors=True)
