/**
 * @typedef {import("./types.js").Post} Post
 * @typedef {import("./types.js").Deed} Deed
 */
import { Bubble } from "./bubble.js";
import { byId, el } from "./dom.js";
import { Scroll } from "./scroll.js";
import { clock, day, say } from "./texts.js";

const GROUP = 5 * 60 * 1000;

/** The log as it is shown: entries in order, each once, in its newest revision. */
export class Timeline {
  /**
   * @param {import("./persona.js").Persona} persona
   * @param {import("./bubble.js").OnTap} onTap
   */
  constructor(persona, onTap) {
    this.persona = persona;
    this.onTap = onTap;
    /** @type {Map<number, Bubble>} */
    this.bubbles = new Map();
    /** @type {number[]} */
    this.order = [];
    this.unread = 0;
    this.more = false;
    this.log = byId("log");
    this.scroll = new Scroll(byId("scroller"), () => this.moved());
    byId("latest").addEventListener("click", () => this.scroll.end(true));
  }

  get first() {
    return this.order[0] ?? 0;
  }

  /** The entry up to which everything is known, also of messages that were still being worked on. */
  get after() {
    const working = this.order.find((seq) => this.bubbles.get(seq)?.post.progress !== undefined);
    const sure = working === undefined ? this.order : this.order.filter((seq) => seq < working);
    return sure.at(-1) ?? 0;
  }

  get newest() {
    return this.bubbles.get(this.order.at(-1) ?? 0)?.post;
  }

  /**
   * Take entries in.
   * @param {Post[]} posts
   * @param {"live" | "history"} how
   */
  take(posts, how) {
    const news = posts.filter((post) => !(post.rev <= (this.bubbles.get(post.seq)?.post.rev ?? -Infinity)));
    if (news.length === 0) return;
    this.scroll.keep(() => {
      for (const post of news) this.put(post, how);
      this.arrange();
    });
    this.moved();
  }

  /**
   * @param {Post} post
   * @param {"live" | "history"} how
   */
  put(post, how) {
    this.persona.notice(post);
    const shown = this.bubbles.get(post.seq);
    if (shown) {
      shown.show(post);
      return;
    }
    const bubble = new Bubble(post, this.onTap);
    if (how === "live") bubble.element.classList.add("fresh");
    if (post.by === "person" && post.text === "/start") bubble.element.hidden = true;
    this.bubbles.set(post.seq, bubble);
    let place = this.order.length;
    while (place > 0 && this.order[place - 1] > post.seq) place -= 1;
    const next = this.bubbles.get(this.order[place] ?? -1);
    this.order.splice(place, 0, post.seq);
    this.log.insertBefore(bubble.element, next?.element ?? null);
    if (how === "live" && bubble.voice !== "person" && !this.scroll.atEnd) this.unread += 1;
  }

  /** Days, groups and faces: what depends on the neighbours. */
  arrange() {
    const seen = this.order.map((seq) => /** @type {Bubble} */ (this.bubbles.get(seq))).filter((each) => !each.element.hidden);
    seen.forEach((bubble, place) => {
      const { post, element } = bubble;
      const at = new Date(post.at);
      const near = (/** @type {Bubble | undefined} */ other) => other?.voice === bubble.voice && (other.post.name ?? "") === (post.name ?? "")
        && Math.abs(new Date(other.post.at).getTime() - at.getTime()) < GROUP;
      const before = seen[place - 1];
      const today = !before || new Date(before.post.at).toDateString() !== at.toDateString();
      const title = day(at);
      bubble.day.hidden = !today;
      if (today && bubble.day.textContent !== title) bubble.day.textContent = title;
      element.classList.toggle("first", today || !near(before));
      element.classList.toggle("last", !near(seen[place + 1]));
      if (bubble.voice === "persona") {
        const line = bubble.stack.parentElement;
        if (bubble.face.parentElement !== line) line.prepend(bubble.face);
        this.persona.draw(bubble.face, post.name ?? "");
      }
    });
    byId("hero").hidden = this.more;
    byId("earlier").hidden = !this.more;
  }

  /** @param {boolean} more whether there are older entries */
  older(more) {
    this.more = more;
    byId("earlier").disabled = false;
    this.scroll.keep(() => this.arrange());
  }

  moved() {
    if (this.scroll.atEnd) this.unread = 0;
    byId("latest").hidden = this.scroll.atEnd;
    byId("unread").hidden = this.unread === 0;
    byId("unread").textContent = this.unread > 99 ? "99+" : String(this.unread);
  }

  /**
   * What is not confirmed yet, after everything else.
   * @param {Deed[]} deeds
   * @param {(id: string) => void} again
   */
  pending(deeds, again) {
    this.scroll.keep(() => {
      byId("pending").replaceChildren(...deeds.filter((deed) => deed.text && deed.text !== "/start").map((deed) => {
        const bubble = el("div", { class: "bubble" },
          el("p", { class: "text", dir: "auto" }, deed.text, el("span", { class: "sent" }, deed.failed ? "" : clock(new Date()))));
        const unsent = deed.failed && el("div", { class: "unsent" }, say("web-unsent"), " ",
          el("button", { type: "button", on: { click: () => again(deed.id) } }, say("web-again")));
        return el("div", { class: "row person first last waiting", data: { id: deed.id } },
          el("div", { class: "line" }, el("div", { class: "stack" }, bubble, unsent || null)));
      }));
    });
  }

  /** In another language: what was said stays, days and times change. */
  retell() {
    for (const bubble of this.bubbles.values()) {
      for (const time of bubble.element.querySelectorAll("time")) time.textContent = clock(new Date(time.dateTime));
    }
    this.arrange();
  }

  clear() {
    this.bubbles.clear();
    this.order = [];
    this.unread = 0;
    this.log.replaceChildren();
    this.scroll.end();
    this.moved();
  }
}
