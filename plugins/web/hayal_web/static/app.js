/** @typedef {import("./types.js").Post} Post */
import { Composer } from "./composer.js";
import { byId, el, icon } from "./dom.js";
import { Link } from "./link.js";
import { prepare } from "./media.js";
import { Outbox } from "./outbox.js";
import { Persona } from "./persona.js";
import { kept, tab } from "./store.js";
import { load, retell, say, speak } from "./texts.js";
import { Timeline } from "./timeline.js";

const BUSY = 8000;
const TOAST = 6000;
const PATIENCE = 1200;
const RELOAD = 10000;

const persona = new Persona();
const timeline = new Timeline(persona, tapped);
const link = new Link(() => ({ after: timeline.after, language: navigator.language }));
const outbox = new Outbox(link);
const composer = new Composer((text) => {
  timeline.scroll.end();
  outbox.add({ text });
});

/** @type {Map<string, HTMLButtonElement>} buttons that wait, by the id of their tap */
const waiting = new Map();
let ready = false;
let busyTimer = 0;
let toastTimer = 0;
let bannerTimer = 0;
/** @type {"typing" | "photo" | "video" | null} */
let busy = null;

/**
 * @param {string} tap
 * @param {HTMLButtonElement} button
 */
function tapped(tap, button) {
  button.disabled = true;
  button.classList.add("waiting");
  waiting.set(outbox.add({ tap }).id, button);
}

/** @param {string} id */
function released(id) {
  const button = waiting.get(id);
  waiting.delete(id);
  if (!button) return;
  button.disabled = false;
  button.classList.remove("waiting");
}

/**
 * @param {Post[]} posts
 * @param {"live" | "history"} how
 */
function take(posts, how) {
  timeline.take(posts, how);
  for (const post of posts) composer.notice(post);
  if (posts.some((post) => post.by !== "person")) idle();
  const newest = timeline.newest;
  if (newest && speak(newest.language ?? "en")) timeline.retell();
  head();
}

/** The persona's face, name and state. */
function head() {
  const name = persona.name;
  if (name) {
    byId("name").textContent = name;
    persona.draw(byId("face"), name);
  }
  const status = byId("status");
  const text = busy ? say(`web-${busy}`, name || say("web-somebody")) : say(ready ? "web-subtitle" : "web-connecting");
  if (status.textContent !== text) status.textContent = text;
  status.classList.toggle("busy", busy !== null);
  const hidden = document.visibilityState === "hidden" && timeline.unread > 0;
  document.title = hidden ? `(${timeline.unread}) ${name || "hayal"}` : name ? `${name} · hayal` : "hayal";
  const dark = isDark();
  byId("theme").setAttribute("aria-label", say(dark ? "web-light" : "web-dark"));
  byId("theme").title = say(dark ? "web-light" : "web-dark");
  composer.retell();
}

/** @param {"typing" | "photo" | "video"} what */
function working(what) {
  clearTimeout(busyTimer);
  busyTimer = window.setTimeout(idle, BUSY);
  if (busy === what) return;
  busy = what;
  const text = say(`web-${what}`, persona.name || say("web-somebody"));
  const face = el("div", { class: "face" });
  persona.draw(face, persona.name);
  const sign = what === "typing" ? [el("span", { class: "dots" }, el("i"), el("i"), el("i"))] : [icon(what), text];
  timeline.scroll.keep(() => {
    byId("activity").replaceChildren(el("div", { class: "row persona first last fresh" },
      el("div", { class: "line" }, face, el("div", { class: "stack" }, el("div", { class: "bubble busy-bubble" }, ...sign)))));
    byId("activity").hidden = false;
  });
  head();
}

function idle() {
  clearTimeout(busyTimer);
  if (!busy) return;
  busy = null;
  timeline.scroll.keep(() => {
    byId("activity").hidden = true;
    byId("activity").replaceChildren();
  });
  head();
}

/** @param {string} text */
function toast(text) {
  clearTimeout(toastTimer);
  toastTimer = window.setTimeout(() => (byId("toast").hidden = true), TOAST);
  byId("toast").textContent = text;
  byId("toast").hidden = !text;
}

/** @param {string} id of the text; empty for none */
function banner(id) {
  clearTimeout(bannerTimer);
  bannerTimer = 0;
  byId("banner").hidden = !id;
  byId("banner").textContent = id && say(id);
}

function forget() {
  for (const id of waiting.keys()) released(id);
  idle();
  outbox.clear();
  timeline.clear();
  composer.forget();
  persona.forget();
  byId("name").textContent = "hayal";
  delete byId("face").dataset.mark;
  byId("face").replaceChildren(icon("moon"));
  byId("face").firstElementChild.classList.add("moon");
  timeline.older(false);
  head();
}

function start() {
  if (!outbox.deeds.some((deed) => deed.text === "/start")) outbox.add({ text: "/start" });
}

let wantsStart = false;
let startsIfEmpty = false;

/** @type {Record<string, (frame: any) => void>} */
const hear = {
  welcome(frame) {
    if (kept.get("chat") !== frame.chat) {
      const fresh = kept.get("chat") === null;
      if (!fresh || timeline.order.length) forget();
      kept.set("chat", frame.chat);
    } else if (frame.start && timeline.order.length) forget();
    if (frame.reset) {
      timeline.clear();
      timeline.older(frame.more);
    }
    wantsStart = frame.start;
  },
  posts: (frame) => take(frame.posts, timeline.order.length && ready ? "live" : "history"),
  ready() {
    ready = true;
    banner("");
    if (wantsStart) start();
    outbox.opened(true);
    head();
  },
  post: (frame) => take([frame.post], "live"),
  earlier(frame) {
    take(frame.posts, "history");
    timeline.older(frame.more);
    if (startsIfEmpty && timeline.order.length === 0) start();
    startsIfEmpty = false;
  },
  ack(frame) {
    // The entry takes the place of the pending bubble at once: nothing flickers.
    if (frame.post) take([frame.post], "history");
    released(frame.id);
    outbox.done(frame.id);
  },
  nack(frame) {
    toast(frame.text);
    outbox.refused(frame.id, frame.after);
  },
  activity: (frame) => working(frame.activity),
  forget(frame) {
    forget();
    // The engine may have said something since: only a chat without a word is begun by the page.
    startsIfEmpty = frame.start;
    link.send({ type: "earlier", before: Number.MAX_SAFE_INTEGER });
  },
};

link.addEventListener("frame", (event) => {
  const frame = /** @type {CustomEvent} */ (event).detail;
  hear[frame.type]?.(frame);
});

link.addEventListener("lost", (event) => {
  const code = /** @type {CustomEvent} */ (event).detail;
  outbox.opened(false);
  if ((code === 4401 || code === 4400) && Date.now() - tab.get("reloaded", 0) > RELOAD) {
    tab.set("reloaded", Date.now());
    location.reload();
    return;
  }
  const text = code === 4429 ? "web-crowded" : navigator.onLine ? "web-reconnecting" : "web-offline";
  // A short loss is not worth a word; a long one is said once it lasts.
  if (code === 4429 || !byId("banner").hidden) banner(text);
  else if (!bannerTimer) bannerTimer = window.setTimeout(() => banner(text), PATIENCE);
  byId("earlier").disabled = false;
});

addEventListener("offline", () => banner("web-offline"));

outbox.addEventListener("change", () => {
  timeline.pending(outbox.deeds, (id) => outbox.again(id));
  for (const deed of outbox.deeds) if (deed.failed && deed.tap) {
    released(deed.id);
    outbox.done(deed.id);
  }
});

byId("earlier").addEventListener("click", () => {
  if (link.send({ type: "earlier", before: timeline.first })) byId("earlier").disabled = true;
});

const isDark = () => {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};

function colours() {
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", isDark() ? "#1a1329" : "#efe7fa");
}

byId("theme").addEventListener("click", () => {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("hayal-theme", theme);
  } catch {
    // It holds until the page is left.
  }
  colours();
  head();
});

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  colours();
  head();
});

document.addEventListener("visibilitychange", head);

document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLInputElement;
  if (event.key === "End" && event.ctrlKey && !typing) timeline.scroll.end(true);
});

// iOS does not shrink the page for its keyboard.
window.visualViewport?.addEventListener("resize", () => {
  document.documentElement.style.setProperty("--height", `${window.visualViewport?.height}px`);
  window.scrollTo(0, 0);
});

prepare();
colours();
await load().catch(() => {});
if (!speak(navigator.language)) retell(document);
head();
timeline.pending(outbox.deeds, (id) => outbox.again(id));
link.connect();
