"""The whole conversation as a person sees it: `hayal run` with the default configuration, and a real browser."""

from __future__ import annotations

import io
import os
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from hayal.texts import Texts
from journeys.process import Hayal, hayal

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "tests" / ".shots"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
MADE = 120_000
"""Milliseconds that a video may take on a busy machine."""

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hayal]:
    """The default configuration, on a free port."""
    folder = tmp_path_factory.mktemp("browser")
    config = folder / "config.toml"
    config.write_text((ROOT / "config.toml").read_text())
    async with hayal(config, command=True, HAYAL_PLUGINS__WEB__PORT="0", HAYAL_VIDEO__POLL_INTERVAL="0.3") as process:
        yield process
        print("\n".join(process.log))


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, headless."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        await chromium.close()


@dataclass
class Visitor:
    """A person at the page. `problems` is what the browser complained about."""

    page: Page
    context: BrowserContext
    language: str
    size: str
    problems: list[str]
    texts: Texts

    def text(self, text_id: str, /, **values: Any) -> str:
        return self.texts.say(self.language, text_id, **values)

    async def tap(self, text_id: str, /, **values: Any) -> None:
        """Tap the newest button with this text."""
        await self.page.get_by_role("button", name=self.text(text_id, **values), exact=True).last.click()

    async def write(self, text: str) -> None:
        await self.page.locator("#text").fill(text)
        await self.page.keyboard.press("Enter")

    async def sees(self, text: str) -> None:
        await expect(self.page.get_by_text(text).last).to_be_visible(timeout=MADE)

    async def shot(self, name: str) -> None:
        SHOTS.mkdir(exist_ok=True)
        await self.page.screenshot(path=SHOTS / f"{self.language}-{self.size}-{name}.png")

    async def fetch(self, locator: str, attribute: str = "src") -> bytes:
        """The bytes behind the newest picture or video, with this person's cookie."""
        source = await self.page.locator(locator).last.get_attribute(attribute)
        answer = await self.context.request.get(str(source))
        assert answer.status == 200
        return await answer.body()


@pytest.mark.parametrize(
    ("language", "locale", "size", "selfie", "video", "talk"),
    [
        ("en", "en-GB", PHONE, "send me a selfie at the sea", "send me a video please", "How was your day?"),
        ("tr", "tr-TR", DESKTOP, "denizde bir selfie atsana", "bana video gönder", "Bugün nasıl geçti?"),
        ("ru", "ru-RU", PHONE, "пришли селфи на море", "пришли видео", "Как прошёл твой день?"),
    ],
)
async def test_the_whole_conversation(
    running: Hayal, browser: Browser, language: str, locale: str, size: Any, selfie: str, video: str, talk: str
) -> None:
    context = await browser.new_context(viewport=size, device_scale_factor=2, locale=locale, base_url=running.url)
    page = await context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.set_default_timeout(MADE)
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    me = Visitor(page, context, language, "phone" if size is PHONE else "desktop", problems, Texts())

    # 18 or more, in the language of the browser; then a persona, from cards with pictures
    await page.goto("/")
    await me.sees(me.text("welcome").splitlines()[0])
    await me.shot("1-welcome")
    await me.tap("button-adult")
    await me.sees(me.text("personas"))
    await expect(page.locator(".card img")).to_have_count(4)
    for number in range(4):
        picture = page.locator(".card img").nth(number)
        await picture.scroll_into_view_if_needed()
        await expect(picture).to_have_js_property("complete", True, timeout=MADE)
        assert await picture.evaluate("image => image.naturalWidth") > 0
    await me.shot("2-personas")
    await me.tap("button-choose", name="Ayla")
    await expect(page.locator("#menu button").first).to_be_visible()
    await me.write(talk)
    await expect(page.locator(".persona")).to_have_count(2, timeout=MADE)
    await me.shot("3-talk")

    # three seconds are enough for the other languages
    seconds = 5
    if language != "en":
        seconds = 3
        await me.tap("menu-settings")
        await page.get_by_role("button", name=me.text("seconds-short", seconds=3)).last.click()
        await expect(page.get_by_role("button", name=f"✓ {me.text('seconds-short', seconds=3)}")).to_be_visible()

    # a selfie by free text; then a video from it, asked for by free text
    await me.write(selfie)
    await expect(page.locator(".persona img[src*='/selfie-']")).to_be_visible(timeout=MADE)
    await me.shot("4-selfie")
    still = await me.fetch(".persona img[src*='/selfie-']")
    await me.write(video)
    await me.tap("button-from-selfie")
    await expect(page.locator("[role=progressbar]").last).to_be_visible()
    await me.shot("5-filming")
    await expect(page.locator(".persona video")).to_have_count(1, timeout=MADE)
    await me.sees(me.text("caption-video"))
    film = await me.fetch(".persona video")
    _probe(film, seconds, still)
    await _plays(page, seconds)
    await me.shot("6-video")

    # a new video, from the menu
    await page.locator("#menu").get_by_role("button", name=me.text("menu-video")).click()
    await me.tap("button-new-video")
    await expect(page.locator(".persona video")).to_have_count(2, timeout=MADE)
    second = await me.fetch(".persona video")
    _probe(second, seconds, None)
    assert second != film
    await _plays(page, seconds)

    # the gallery has all three; what was shown is there after a reload
    await me.tap("menu-gallery")
    await expect(page.locator(".card:visible .tap", has_text=me.text("button-show")).first).to_be_visible()
    await me.shot("7-gallery")
    await page.reload()
    await expect(page.locator(".persona video")).to_have_count(2, timeout=MADE)
    wide = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1]
    assert await page.evaluate("document.documentElement.lang") == language
    assert problems == []
    await context.close()


def _probe(data: bytes, seconds: int, still: bytes | None) -> None:
    """A real MP4: H.264 at 720x1280 for as long as asked, with sound, and the selfie as its first frame."""
    import av

    with av.open(io.BytesIO(data)) as film:
        picture, sound = film.streams.video[0], film.streams.audio[0]
        assert picture.codec_context.name == "h264"
        assert (picture.codec_context.width, picture.codec_context.height) == (720, 1280)
        assert sound.codec_context.name == "aac"
        assert film.duration is not None
        assert film.duration / 1e6 == pytest.approx(seconds, abs=0.2)
        first = next(film.decode(picture)).to_image()
    with av.open(io.BytesIO(data)) as film:
        loudest = max(abs(frame.to_ndarray()).max() for frame in film.decode(film.streams.audio[0]))
        assert 0.001 < loudest <= 1.0
    if still is not None:
        difference = ImageChops.difference(first, Image.open(io.BytesIO(still)).convert("RGB"))
        assert sum(ImageStat.Stat(difference).mean) / 3 < 4


async def _plays(page: Page, seconds: int) -> None:
    """The newest video plays in the page, with the right shape, and can be wound to its end."""
    facts = await page.locator(".persona video").last.evaluate(
        """async (video) => {
            const until = (name, fine) => new Promise((done) => {
                const look = () => { if (fine()) { video.removeEventListener(name, look); done(); } };
                video.addEventListener(name, look); look();
            });
            video.muted = true;
            await video.play();
            await until('timeupdate', () => video.currentTime > 0.3);
            const moved = video.currentTime;
            video.pause();
            video.currentTime = video.duration - 0.5;
            await until('seeked', () => !video.seeking && video.currentTime > video.duration - 1);
            return [moved, video.duration, video.videoWidth, video.videoHeight];
        }"""
    )
    assert facts[0] > 0.3
    assert facts[1] == pytest.approx(seconds, abs=0.2)
    assert facts[2:] == [720, 1280]


async def test_prompts_are_shown_on_demand_and_everything_can_be_forgotten(running: Hayal, browser: Browser) -> None:
    context = await browser.new_context(viewport=DESKTOP, locale="en-GB", base_url=running.url, color_scheme="dark")
    page = await context.new_page()
    me = Visitor(page, context, "en", "desktop-dark", [], Texts())
    await page.goto("/")
    await me.tap("button-adult")
    await me.tap("button-choose", name="Vera")
    await me.tap("menu-settings")
    await me.tap("button-prompts-on")
    await expect(page.get_by_role("button", name=me.text("button-prompts-off"))).to_be_visible()
    await me.write("a selfie in the rain, in a red coat")
    await expect(page.locator(".persona img[src*='/selfie-']")).to_be_visible(timeout=MADE)
    await expect(page.get_by_text(re.compile("rain")).first).to_be_attached()
    await me.shot("prompts")
    await me.write("send me a nude selfie")
    await me.sees(me.text("refused-wish"))
    await me.write("/forget")
    await me.tap("button-forget")
    await me.sees(me.text("forgotten"))
    await expect(page.locator(".persona img[src*='/selfie-']")).to_have_count(0)
    await me.shot("forgotten")
    await context.close()
