/**
 * @typedef {import("./types.js").Post} Post
 * @typedef {import("./types.js").Button} Button
 * @typedef {import("./types.js").Card} Card
 */
import { el } from "./dom.js";
import { media, ratio, still } from "./media.js";
import { clock, retell, say } from "./texts.js";

/** A text as long as this with a line as long as that, in the engine's own voice, is a note to open when wanted, and
 * so is what begins with a looking glass: the prompts. */
const LONG_TEXT = 400;
const LONG_LINE = 120;
const SHORT = 160;
const EMOJI = /^(?:\p{Extended_Pictographic}[\p{Emoji_Modifier}\u200d\ufe0f]*\s?){1,3}$/u;

/** @callback OnTap @param {string} tap @param {HTMLButtonElement} button @returns {void} */

/** One message. What has not changed stays as it is when it is edited: a video plays on, a bar moves on. */
export class Bubble {
  /**
   * @param {Post} post
   * @param {OnTap} onTap
   */
  constructor(post, onTap) {
    this.onTap = onTap;
    this.post = post;
    /** @type {Map<string, {mark: string, node: any}>} */
    this.parts = new Map();
    this.day = el("div", { class: "day", hidden: true });
    this.face = el("div", { class: "face", "aria-hidden": "true" });
    this.box = el("div", { class: "bubble" });
    this.stack = el("div", { class: "stack" });
    this.element = el("article", {}, this.day, el("div", { class: "line" }, this.stack));
    this.show(post);
  }

  get voice() {
    return this.post.by ?? "engine";
  }

  /** @param {Post} post */
  show(post) {
    this.post = post;
    const { text = "", attachment, cards, buttons, progress } = post;
    const note = this.voice === "engine" && !attachment && isNote(text);
    const at = new Date(post.at);
    const inside = [
      this.part("media", attachment, () => media(/** @type {any} */ (attachment), post.name ?? "")),
      this.part("text", text && !note ? [text, post.at] : "", () => words(text, this.voice, at)),
      this.part("note", note && text, () => details(text)),
      this.part("bare", !text && attachment && this.voice !== "engine" && post.at, () => sent(at)),
      this.progress(progress),
    ].filter(Boolean);
    this.sync(this.box, inside);
    this.sync(this.stack, [
      inside.length > 0 && this.box,
      this.part("cards", cards?.length && [cards, post.name], () => this.cards(cards ?? [])),
      this.part("buttons", buttons?.length && buttons, () => this.buttons(buttons ?? [])),
    ].filter(Boolean));
    this.element.classList.add("row", this.voice);
    this.element.classList.toggle("has-cards", Boolean(cards?.length));
    this.box.classList.toggle("with-media", Boolean(attachment));
    this.box.style.setProperty("--ratio", String(ratio(attachment)));
    this.box.classList.toggle("bare", Boolean(attachment && !text));
    this.box.classList.toggle("clip", attachment?.kind === "video");
    this.box.classList.toggle("short", text.length < SHORT);
    this.element.hidden = inside.length === 0 && !cards?.length && !buttons?.length;
    this.element.dataset.seq = String(post.seq);
    this.element.lang = post.language ?? "en";
    retell(this.element);
  }

  /**
   * The part as it was if nothing about it changed, else made anew.
   * @param {string} name
   * @param {any} content what it shows; falsy for no such part
   * @param {() => any} make
   */
  part(name, content, make) {
    if (!content) {
      this.parts.delete(name);
      return null;
    }
    const mark = JSON.stringify(content);
    const old = this.parts.get(name);
    if (old?.mark === mark) return old.node;
    const node = make();
    this.parts.set(name, { mark, node });
    return node;
  }

  /** @param {number | null | undefined} done */
  progress(done) {
    if (done === null || done === undefined) {
      this.parts.delete("progress");
      return null;
    }
    const percent = Math.round(Math.min(1, Math.max(0, done)) * 100);
    const old = this.parts.get("progress");
    const node = old?.node ?? bar();
    this.parts.set("progress", { mark: "", node });
    const track = node.firstElementChild;
    track.setAttribute("aria-valuenow", String(percent));
    track.firstElementChild.style.setProperty("--done", String(percent / 100));
    node.lastElementChild.textContent = this.post.text?.includes("%") ? "" : `${percent}%`;
    return node;
  }

  /** @param {Card[]} cards */
  cards(cards) {
    return el("ul", { class: "cards" }, ...cards.map((card) =>
      el("li", { class: "card" },
        still(card.picture, card.title),
        el("h2", { dir: "auto" }, card.title),
        el("p", { dir: "auto" }, card.text ?? ""),
        card.buttons?.length ? this.buttons(card.buttons.map((button) => [button])) : null)));
  }

  /** @param {Button[][]} rows */
  buttons(rows) {
    return el("div", { class: "buttons" }, ...rows.map((row) =>
      el("div", {}, ...row.map((each) => {
        const button = el("button", { class: "tap", type: "button", dir: "auto" }, each.label);
        button.addEventListener("click", () => this.onTap(each.tap, button));
        return button;
      }))));
  }

  /**
   * Let `parent` have exactly `children`, without taking out what stays.
   * @param {HTMLElement} parent
   * @param {any[]} children
   */
  sync(parent, children) {
    for (const child of Array.from(parent.children)) if (!children.includes(child)) child.remove();
    children.forEach((child, place) => {
      if (parent.children[place] !== child) parent.insertBefore(child, parent.children[place] ?? null);
    });
  }
}

/** @param {string} text */
const isNote = (text) => /^\u{1F50E}.*\n/u.test(text) || text.length > LONG_TEXT && text.split("\n").some((line) => line.length > LONG_LINE);

/** @param {Date} at */
const sent = (at) => el("time", { class: "sent", datetime: at.toISOString() }, clock(at));

/**
 * @param {string} text
 * @param {string} voice
 * @param {Date} at
 */
function words(text, voice, at) {
  const emoji = voice !== "engine" && EMOJI.test(text) ? " emoji" : "";
  return el("p", { class: `text${emoji}`, dir: "auto" }, text, voice === "engine" ? null : sent(at));
}

/** @param {string} text */
function details(text) {
  const lines = text.split("\n");
  const title = lines[0].length < 90 ? lines.shift() : "";
  return el("details", { class: "details" },
    el("summary", { data: title ? {} : { text: "web-details" } }, title || say("web-details")),
    el("pre", { dir: "auto", tabindex: "0" }, lines.join("\n").trim()));
}

function bar() {
  const track = el("div", { class: "track", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100,
    data: { label: "web-progress" } }, el("div"));
  return el("div", { class: "progress" }, track, el("span", { class: "percent", "aria-hidden": "true" }));
}
