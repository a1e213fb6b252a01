import { byId, el } from "./dom.js";
import { kept, tab } from "./store.js";
import { say } from "./texts.js";

/** Where the person writes, and the menu above it. */
export class Composer {
  /** @param {(text: string) => void} onSay */
  constructor(onSay) {
    this.onSay = onSay;
    this.input = /** @type {HTMLTextAreaElement} */ (byId("text"));
    this.menu = byId("menu");
    this.toggle = byId("menu-toggle");
    this.open = kept.get("menu-open", true);
    /** @type {{seq: number, rows: string[][]}} */
    this.shown = kept.get("menu", { seq: 0, rows: [] });
    this.input.value = tab.get("draft", "");
    this.input.addEventListener("input", () => this.grow());
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.submit();
    });
    byId("composer").addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.submit();
    });
    this.toggle.addEventListener("click", () => {
      this.open = !this.open;
      kept.set("menu-open", this.open);
      this.draw();
    });
    if (matchMedia("(pointer: fine)").matches) this.input.focus({ preventScroll: true });
    this.grow();
    this.draw();
  }

  submit() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.grow();
    this.onSay(text);
    this.input.focus({ preventScroll: true });
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight + 2}px`;
    byId("send").disabled = !this.input.value.trim();
    tab.set("draft", this.input.value);
  }

  /** @param {import("./types.js").Post} post */
  notice(post) {
    if (!post.menu || post.seq < this.shown.seq) return;
    if (post.seq === this.shown.seq && JSON.stringify(post.menu) === JSON.stringify(this.shown.rows)) return;
    this.shown = { seq: post.seq, rows: post.menu };
    kept.set("menu", this.shown);
    this.draw();
  }

  draw() {
    const some = this.shown.rows.some((row) => row.length > 0);
    this.toggle.hidden = !some;
    this.toggle.setAttribute("aria-expanded", String(this.open));
    this.retell();
    this.menu.hidden = !some || !this.open;
    this.menu.replaceChildren(...this.shown.rows.map((row) => el("div", {}, ...row.map((label) => {
      const button = el("button", { type: "button", dir: "auto" }, label);
      button.addEventListener("click", () => this.onSay(label));
      return button;
    }))));
  }

  retell() {
    const label = say(this.open ? "web-menu-hide" : "web-menu-show");
    this.toggle.setAttribute("aria-label", label);
    this.toggle.title = label;
  }

  forget() {
    this.shown = { seq: 0, rows: [] };
    kept.remove("menu");
    this.input.value = "";
    this.grow();
    this.draw();
  }
}
