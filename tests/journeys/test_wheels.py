"""What `pip install` puts in place: everything that is not Python is in the wheels."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
CARRIED = {
    "hayal-": [
        "hayal/config.toml",
        "hayal/decency_rules.toml",
        "hayal/wish_words.toml",
        "hayal/migrations/versions/0001_begin.py",
        "hayal/migrations/script.py.mako",
        "hayal/py.typed",
        *(f"hayal/locales/{language}/hayal.ftl" for language in ("en", "tr", "ru")),
    ],
    "hayal_web-": [
        "hayal_web/static/index.html",
        "hayal_web/static/app.js",
        *(f"hayal_web/locales/{language}/web.ftl" for language in ("en", "tr", "ru")),
    ],
    "hayal_studio-": [*(f"hayal_studio/words/replies_{language}.toml" for language in ("en", "tr", "ru"))],
}


def test_the_wheels_carry_locales_migrations_and_web_files(tmp_path: Path) -> None:
    sources = [str(ROOT), str(ROOT / "plugins" / "web"), str(ROOT / "plugins" / "studio")]
    pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check"]
    wheel = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(tmp_path)]
    subprocess.run([*wheel, *sources], check=True)
    for name, files in CARRIED.items():
        [path] = tmp_path.glob(f"{name}*.whl")
        inside = set(zipfile.ZipFile(path).namelist())
        assert set(files) <= inside
        tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout
        assert not tracked or not [one for one in inside if "__pycache__" in one]
