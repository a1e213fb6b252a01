"""Turns: what goes out keeps within what the server counts, however long requests are on their way."""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator

import pytest

from hayal_telegram.limits import BURST, Bucket, Limits, Window
from servers.telegram.limits import Limits as Rules
from servers.telegram.limits import Meter


def sent(seed: int, chats: list[int], seconds: float) -> Iterator[tuple[float, float, float, int, int]]:
    """Start, arrival and end of requests by Limits' own rules, on a clock of their own: as many as they let through."""
    dice = random.Random(seed)
    now = 0.0
    limits = Limits(clock=lambda: now)
    ends: list[tuple[float, int, int, int]] = []
    number = 0
    while now < seconds:
        while ends and ends[0][0] <= now:
            _, _, chat, count = heapq.heappop(ends)
            own = limits._chat(chat)
            limits._second.end(now, count)
            own.bucket.end(now)
            if own.minute:
                own.minute.end(now, count)
        chat, count = dice.choice(chats), dice.choice((1, 1, 1, 1, 2, 6, 10))
        own = limits._chat(chat)
        if not own.wait(now, count) and not limits._second.wait(now, count):
            limits._second.begin(count)
            own.bucket.begin(now, count)
            if own.minute:
                own.minute.begin(count)
            took = dice.choice((0.001, 0.02, 0.3, 2.0))
            number += 1
            heapq.heappush(ends, (now + took, number, chat, count))
            yield now, now + dice.random() * took, now + took, chat, count
        now += dice.choice((0.0, 0.001, 0.01, 0.05))


@pytest.mark.parametrize("seed", range(20))
def test_the_server_never_counts_too_many(seed: int) -> None:
    chats = [*range(1, 30), -1000000000001, -1000000000002]
    requests = sorted(sent(seed, chats[seed % 20 :], 100.0), key=lambda one: one[1])
    clock = [0.0]
    meter = Meter(Rules(), lambda: clock[0])
    for _, arrival, _, chat, count in requests:
        clock[0] = arrival
        meter.take("sendMessage", chat, chat < 0, count)
    assert not meter.floods
    assert len(requests) > 50


def test_a_window_is_used_up() -> None:
    window = Window(30, 1.0)
    window.begin(30)
    assert window.wait(0.0, 1) == float("inf")
    window.end(0.5, 30)
    assert window.wait(0.6, 1) == pytest.approx(0.901)
    assert window.wait(1.51, 30) == 0


def test_a_bucket_fills_by_one_a_second() -> None:
    bucket = Bucket(0.0)
    for _ in range(BURST):
        assert bucket.wait(0.0, 1) == 0
        bucket.begin(0.0, 1)
        bucket.end(0.0)
    assert bucket.wait(0.0, 1) == pytest.approx(1.001)
    assert bucket.wait(1.0, 1) == 0
    assert bucket.wait(1.0, 10) == pytest.approx(2.001)


def test_silence_in_one_chat_or_everywhere() -> None:
    now = 100.0
    limits = Limits(clock=lambda: now)
    limits._chat(1).bucket.begin(now, 3)
    limits.refused(1, 5)
    assert limits.paused(1)
    assert not limits.paused(2)
    limits.refused(2, 5)  # a second chat: it is the bot
    assert limits.paused(3)
    now = 106.0
    assert not limits.paused(1)
