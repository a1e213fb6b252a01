/** @typedef {import("./types.js").Post} Post */
import { el } from "./dom.js";
import { address } from "./media.js";
import { kept } from "./store.js";

/** Who is being talked to, and what she or he looks like: from the cards that were shown. */
export class Persona {
  constructor() {
    this.name = kept.get("name", "");
    /** @type {Record<string, string>} picture keys by the title of their card */
    this.portraits = kept.get("portraits", {});
    this.seq = 0;
  }

  /** @param {Post} post */
  notice(post) {
    for (const card of post.cards ?? []) {
      const picture = card.picture;
      const key = picture?.kind === "video" ? picture.poster : picture?.key;
      if (!key || card.title.length > 80) continue;
      const { [card.title]: _, ...others } = this.portraits;
      this.portraits = Object.fromEntries([...Object.entries(others), [card.title, key]].slice(-24));
      kept.set("portraits", this.portraits);
    }
    if (post.by === "persona" && post.name && post.seq >= this.seq) {
      this.seq = post.seq;
      this.name = post.name;
      kept.set("name", this.name);
    }
  }

  /** The key of the latest portrait of who has this name. @param {string} name */
  portrait(name) {
    const titles = Object.keys(this.portraits).reverse();
    const own = titles.find((title) => title === name) ?? titles.find((title) =>
      title.startsWith(name) && !/[\p{L}\p{N}]/u.test(title.slice(name.length, name.length + 1)));
    return own === undefined ? null : this.portraits[own];
  }

  /**
   * Fill a round face: the portrait, or the initial.
   * @param {HTMLElement} face
   * @param {string} name
   */
  draw(face, name) {
    const key = this.portrait(name);
    const mark = `${name} ${key}`;
    if (face.dataset.mark === mark) return;
    face.dataset.mark = mark;
    const initial = Array.from(name.trim())[0]?.toLocaleUpperCase() ?? "";
    face.replaceChildren(initial);
    if (!key) return;
    const image = el("img", { alt: "", decoding: "async", draggable: "false" });
    image.addEventListener("load", () => face.dataset.mark === mark && face.replaceChildren(image));
    image.src = address(key);
  }

  forget() {
    this.name = "";
    this.portraits = {};
    this.seq = 0;
    kept.remove("name", "portraits");
  }
}
