"""The page itself, in Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect
from web_desk import MemoryDesk, buttons, persona_cards
from web_server import Web, serving

from hayal import Activity, Button, Card, Message, Update

CHROMIUM = os.environ.get("HAYAL_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [pytest.mark.anyio, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")]

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Visit = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def visit(web: Web, browser: Browser) -> AsyncIterator[Visit]:
    """Open the page as somebody new (or in a context that is there), and fail on any error in it."""
    problems: list[str] = []
    usual = {"locale": "en-GB", "reduced_motion": "reduce"}

    async def go(context: BrowserContext | None = None, **options: Any) -> Page:
        page = await (context or await browser.new_context(**{**usual, **options})).new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text) if "Content Security" in line.text else None)
        page.on("dialog", lambda dialog: problems.append(f"a dialog: {dialog.message}"))
        await page.goto(web.url)
        return page

    yield go
    for context in browser.contexts:
        await context.close()
    assert problems == []


async def begun(web: Web, count: int = 1) -> str:
    """The chat of the latest visitor, once the page has said /start."""
    return await web.desk.heard(count)


def persona(text: str, **more: Any) -> Message:
    return Message(text=text, by="persona", name="Leyla", **more)


def bubbles(page: Page) -> Locator:
    return page.locator("#log .row:visible .text")


async def test_the_first_minutes(web: Web, visit: Visit) -> None:
    async def reply(desk: MemoryDesk, update: Update) -> None:
        if update.text == "/start":
            gate = Message(
                text="18?", language="tr", buttons=buttons((("Evet", "adult yes"),), (("Hayır", "adult no"),))
            )
            await desk.send(update.chat, gate)
        elif update.tap == "adult yes":
            cards = await persona_cards(desk, ["a", "b", "c", "d"], "Seç")
            await desk.send(update.chat, Message(text="Kim?", language="tr", cards=cards))
        elif update.tap:
            await desk.send(update.chat, persona("Selam!", language="ru", menu=(("Видео", "Селфи"), ("Галерея",))))

    web.desk.reply = reply
    page = await visit(locale="tr-TR")
    await expect(page.locator("#text")).to_have_attribute("placeholder", "Bir mesaj yaz…")
    await page.get_by_role("button", name="Evet").click()
    await expect(page.locator(".card")).to_have_count(4)
    for picture in await page.locator(".card img").all():
        await expect(picture).to_have_js_property("complete", True)
        assert await picture.evaluate("image => image.naturalWidth") == 720
    await page.locator(".card").nth(1).get_by_role("button", name="Seç").click()
    # The language of the latest message becomes the page's; the menu sends its labels.
    await expect(page.locator("html")).to_have_attribute("lang", "ru")
    await expect(page.locator("#text")).to_have_attribute("placeholder", "Напиши сообщение…")
    await page.locator("#menu").get_by_role("button", name="Видео").click()
    await expect(bubbles(page).last).to_contain_text("Видео")
    await expect(page.locator("#name")).to_have_text("Leyla")
    assert [update.text or update.tap for update in web.desk.updates] == ["/start", "adult yes", "persona:1", "Видео"]
    assert {update.language for update in web.desk.updates} == {"tr-TR"}
    # Loaded anew, all is there, also the menu, and nothing is begun again.
    await page.reload()
    await expect(page.locator(".card")).to_have_count(4)
    await expect(page.locator("#menu").get_by_role("button")).to_have_count(3)
    await page.locator("#menu-toggle").click()
    await expect(page.locator("#menu")).to_be_hidden()
    assert len(web.desk.updates) == 4


async def test_nothing_anybody_says_is_ever_code(web: Web, visit: Visit) -> None:
    page = await visit()
    chat = await begun(web)
    evil = (
        '<img src=x onerror="pwned=1"><script>pwned=1</script>',
        '"><svg onload=pwned=1>',
        "javascript:pwned=1",
        "</textarea><iframe srcdoc='<script>parent.pwned=1</script>'>",
        "{{constructor.constructor('pwned=1')()}}",
        "\u202e<b onmouseover=pwned=1>",
    )
    for text in evil:
        await page.locator("#text").fill(text)
        await page.keyboard.press("Enter")
        await expect(bubbles(page).last).to_contain_text(text)
        await web.desk.send(
            chat,
            Message(
                text=text,
                by="persona",
                name=text,
                cards=(Card(title=text, text=text, buttons=(Button(label=text, tap="x"),)),),
                buttons=buttons(((text, "x"),)),
                menu=((text,),),
            ),
        )
        await web.desk.send(chat, Message(text=f"\U0001f50e {text}\n{text}" * 9, progress=0.4))
        await expect(page.locator("#menu button")).to_have_text(text)
        await expect(page.locator(".card h2").last).to_have_text(text)
        await expect(page.locator("#name")).to_have_text(text)
    await page.locator("details summary").last.click()
    assert await page.evaluate("window.pwned") is None
    assert await page.locator("#app :is(script, iframe, img, b)").count() == 0
    await page.reload()
    await expect(page.locator("#name")).to_have_text(evil[-1])
    assert await page.evaluate("window.pwned") is None


TOP = "element => element.getBoundingClientRect().top"
HEIGHT = "element => element.offsetHeight"
PLACE = "box => [box.offsetWidth, box.offsetHeight, box.offsetTop]"

PLAYED = """(video, time) => new Promise(done => {
    const look = () => video.currentTime > time && done();
    video.addEventListener("timeupdate", look);
    look();
})"""


async def test_a_video_plays_and_seeks_by_ranges(web: Web, visit: Visit) -> None:
    page = await visit()
    chat = await begun(web)
    ranges: list[str] = []
    statuses: list[int] = []

    async def noted(response: Any) -> None:
        if response.url.endswith(".mp4"):
            statuses.append(response.status)
            ranges.append(await response.request.header_value("range") or "")

    page.on("response", noted)
    film = await web.desk.film(f"{chat}/film.mp4", chat=chat)
    await web.desk.send(chat, persona("Here is my video! 🎥💕", attachment=film))
    video = page.locator("video")
    box = page.locator(".media")
    before = await box.evaluate(PLACE)
    assert before[0] / before[1] == pytest.approx(360 / 640, abs=0.01)
    await page.locator(".play").click()
    await video.evaluate(PLAYED, 0.2)
    await video.evaluate("video => new Promise(done => { video.onseeked = done; video.currentTime = 3; })")
    await video.evaluate(PLAYED, 3.2)
    assert await video.evaluate("video => video.error") is None
    assert await video.evaluate("video => [video.videoWidth, video.videoHeight]") == [360, 640]
    assert await box.evaluate(PLACE) == before
    assert statuses
    assert set(statuses) == {206}
    assert any(asked not in {"", "bytes=0-"} for asked in ranges), ranges


async def test_what_could_not_be_stored_is_sent_again_also_after_a_reload(web: Web, visit: Visit) -> None:
    page = await visit()
    await begun(web)
    web.desk.failures = 1000
    await page.locator("#text").fill("do not lose me")
    await page.keyboard.press("Enter")
    await expect(page.locator("#toast")).to_contain_text("could not be saved")
    await expect(page.locator("#pending .waiting")).to_contain_text("do not lose me")
    await page.reload()
    await expect(page.locator("#pending .waiting")).to_contain_text("do not lose me")
    web.desk.failures = 0
    await expect(bubbles(page)).to_have_count(1)
    await expect(page.locator("#pending .waiting")).to_have_count(0)
    assert [update.text for update in web.desk.updates] == ["/start", "do not lose me"]


async def test_an_answer_that_got_lost_does_not_say_it_twice(web: Web, visit: Visit) -> None:
    page = await visit()
    chat = await begun(web)
    stored = anyio.Event()

    async def cut(desk: MemoryDesk, update: Update) -> None:
        # The update is stored, but the page is cut off before it hears so.
        for line in web.messenger.hub._lines[chat]:
            line.close()
            line._cut()
        stored.set()

    web.desk.reply = cut
    await page.locator("#text").fill("once")
    await page.keyboard.press("Enter")
    await stored.wait()
    web.desk.reply = None
    await expect(page.locator("#pending .waiting")).to_have_count(0)
    await expect(bubbles(page)).to_have_count(1)
    assert [update.text for update in web.desk.updates] == ["/start", "once"]


async def test_after_a_loss_the_page_comes_back_and_has_everything(web: Web, visit: Visit) -> None:
    page = await visit()
    chat = await begun(web)
    post = await web.desk.send(chat, Message(text="Filming", progress=0.1))
    bar = page.get_by_role("progressbar")
    await expect(bar).to_have_attribute("aria-valuenow", "10")
    await web.desk.edit(post, Message(text="Filming", progress=0.55))
    await expect(bar).to_have_attribute("aria-valuenow", "55")
    lines = web.messenger.hub._lines
    kept = web.desk.messenger
    web.desk.messenger = None
    lines[chat][0]._cut()
    for number in range(60):
        await web.desk.send(chat, persona(f"missed {number}"))
    await web.desk.edit(post, Message(text="Done"))
    await expect(bubbles(page)).to_have_count(61)
    await expect(bubbles(page).first).to_have_text("Done")
    await expect(bar).to_have_count(0)
    web.desk.messenger = kept
    await web.desk.send(chat, persona("live again"))
    await expect(bubbles(page)).to_have_count(62)
    seqs = await page.locator("#log .row").evaluate_all("rows => rows.map(row => +row.dataset.seq)")
    assert seqs == sorted(set(seqs))


async def test_two_tabs_and_forgetting(web: Web, visit: Visit, browser: Browser) -> None:
    context = await browser.new_context(locale="en-GB")
    one = await visit(context)
    chat = await begun(web)
    two = await visit(context)
    await one.locator("#text").fill("hello from one")
    await one.locator("#send").click()
    await expect(bubbles(two)).to_contain_text(["hello from one"])
    await web.desk.send(chat, persona("hi", menu=(("Menu",),)))
    await expect(two.locator("#menu button")).to_have_text("Menu")
    await web.desk.forget(chat)
    await begun(web, 3)
    assert [update.text for update in web.desk.updates] == ["/start", "hello from one", "/start"]
    for page in (one, two):
        await expect(bubbles(page)).to_have_count(0)
        await expect(page.locator("#menu")).to_be_hidden()
        assert "Leyla" not in await page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
        await expect(page.locator("#name")).to_have_text("hayal")


async def test_reading_back_is_not_disturbed(web: Web, visit: Visit) -> None:
    page = await visit(viewport={"width": 320, "height": 568})
    chat = await begun(web)
    for number in range(130):
        web.desk.add(chat, persona(f"number {number}\nand more"))
    await page.reload()
    await expect(bubbles(page)).to_have_count(50)
    await expect(bubbles(page).last).to_be_in_viewport()
    scroller = page.locator("#scroller")
    await scroller.evaluate("scroller => scroller.scrollTo(0, 0)")
    await expect(page.locator("#latest")).to_be_visible()
    oldest = page.get_by_text("number 80")
    top = await oldest.evaluate(TOP)
    await page.locator("#earlier").click()
    await expect(bubbles(page)).to_have_count(100)
    assert abs(await oldest.evaluate(TOP) - top) <= 1
    await web.desk.send(chat, persona("new"))
    await web.desk.send(chat, persona("newer"))
    await expect(page.locator("#unread")).to_have_text("2")
    assert abs(await oldest.evaluate(TOP) - top) <= 1
    await page.locator("#latest").click()
    await expect(bubbles(page).last).to_be_in_viewport()
    await expect(page.locator("#latest")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") == 320
    assert await page.locator("#app").evaluate("app => app.scrollWidth") == 320


async def test_keys_pictures_and_colours(web: Web, visit: Visit) -> None:
    page = await visit(color_scheme="dark")
    chat = await begun(web)
    text = page.locator("#text")
    await text.focus()
    await page.keyboard.type("one")
    height = await text.evaluate(HEIGHT)
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("two")
    assert await text.evaluate(HEIGHT) > height
    await page.keyboard.press("Enter")
    await expect(bubbles(page)).to_contain_text(["one\ntwo"])
    await web.desk.act(chat, Activity.PHOTO)
    await expect(page.locator("#status")).to_contain_text("is taking a selfie")
    picture = await web.desk.picture(f"{chat}/selfie.jpg", chat=chat)
    await web.desk.send(chat, persona("", attachment=picture))
    await expect(page.locator("#activity")).to_be_hidden()
    await page.get_by_role("button", name="A picture from Leyla").click()
    await expect(page.locator("#lightbox img")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#lightbox")).to_be_hidden()
    missing = picture.model_copy(update={"key": f"{chat}/gone.jpg"})
    await web.desk.send(chat, persona("", attachment=missing))
    await expect(page.locator(".gone")).to_have_text("This can no longer be shown.")
    await page.get_by_role("button", name="Switch to light colours").click()
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "light")


async def test_a_button_waits_for_its_tap(web: Web, visit: Visit) -> None:
    page = await visit()
    chat = await begun(web)
    await web.desk.send(chat, Message(text="Which?", buttons=buttons((("This", "a"), ("That", "b")))))
    web.desk.failures = 1
    button = page.get_by_role("button", name="This")
    await button.click()
    await expect(button).to_be_disabled()
    await expect(page.get_by_role("button", name="That")).to_be_enabled()
    await expect(button).to_be_enabled()
    assert [update.tap for update in web.desk.updates] == ["", "a"]


async def test_logging_in(tmp_path: Path, browser: Browser) -> None:
    async with serving(tmp_path, token="moonlight-42") as web:
        context = await browser.new_context(locale="ru-RU")
        page = await context.new_page()
        await page.goto(web.url)
        assert page.url == f"{web.url}/login"
        await page.get_by_label("Ключ").fill("wrong")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_have_text("Это не тот ключ.")
        await page.get_by_label("Ключ").fill("moonlight-42")
        await page.keyboard.press("Enter")
        await begun(web)
        assert page.url == f"{web.url}/"
        # The login is taken back while the page is open: it asks again.
        await context.clear_cookies()
        web.messenger.hub._lines[web.desk.updates[0].chat][0]._cut()
        await expect(page.get_by_label("Ключ")).to_be_visible()
        await context.close()
