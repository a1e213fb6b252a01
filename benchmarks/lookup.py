"""The last selfie of a user among a million rows: milliseconds, median and 99th percentile."""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path

ROWS = 1_000_000
LOOKUPS = 5_000


def run() -> dict[str, float]:
    """Fill, look up."""
    from hayal.migrations import migrate
    from hayal.storage.content import get_last
    from hayal.storage.database import engine_for

    with tempfile.TemporaryDirectory() as folder:
        engine = engine_for("sqlite:///hayal.db", Path(folder))
        migrate(engine)
        with engine.begin() as conn:
            driver = conn.connection.driver_connection
            driver.executemany(
                "INSERT INTO generated_content (user_id, content_type, prompt) VALUES (?, ?, ?)",
                (
                    (f"telegram:{n % 50_000}", "selfie" if n % 3 else "video", f"a portrait by the window, number {n}")
                    for n in range(ROWS)
                ),
            )
        took = []
        with engine.begin() as conn:
            for _ in range(LOOKUPS):
                user = f"telegram:{random.randrange(50_000)}"
                began = time.perf_counter()
                found = get_last(conn, user)
                took.append(1000 * (time.perf_counter() - began))
                assert found
                assert found.user_id == user
        engine.dispose()
    took.sort()
    return {"rows": float(ROWS), "median ms": took[LOOKUPS // 2], "99% ms": took[LOOKUPS * 99 // 100]}


if __name__ == "__main__":
    print(run())
