/** @typedef {import("./types.js").Deed} Deed */
import { delay } from "./link.js";
import { tab } from "./store.js";

const TRIES = 8;
const ACK = 20000;

/** An id nobody else has. `crypto.randomUUID` is only there over HTTPS and on this machine itself. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/**
 * What has been done and is not confirmed. It is sent in order, one at a time, again and again with the same id, also
 * after the page has been loaded anew; the server makes sure that it happens once.
 */
export class Outbox extends EventTarget {
  /** @param {import("./link.js").Link} link */
  constructor(link) {
    super();
    this.link = link;
    this.open = false;
    this.timer = 0;
    /** @type {string | null} the id of what is on its way */
    this.flying = null;
    /** @type {Deed[]} */
    this.deeds = tab.get("outbox", []);
  }

  /**
   * @param {{text: string} | {tap: string}} what
   * @returns {Deed}
   */
  add(what) {
    const deed = { id: uuid(), tries: 0, ...what };
    this.deeds.push(deed);
    this.changed();
    this.next();
    return deed;
  }

  /** The connection stands, or not. @param {boolean} open */
  opened(open) {
    this.open = open;
    this.flying = null;
    clearTimeout(this.timer);
    if (open) this.next();
  }

  next() {
    if (!this.open || this.flying) return;
    const deed = this.deeds.find((each) => !each.failed);
    if (!deed) return;
    const { id, text, tap } = deed;
    if (!this.link.send(text === undefined ? { type: "tap", id, tap } : { type: "say", id, text })) return;
    this.flying = id;
    this.link.expect(ACK);
  }

  /** @param {string} id */
  done(id) {
    this.deeds = this.deeds.filter((deed) => deed.id !== id);
    if (this.flying === id) this.flying = null;
    this.changed();
    this.next();
  }

  /**
   * The server could not store it: later again.
   * @param {string} id
   * @param {number} after seconds
   */
  refused(id, after) {
    const deed = this.deeds.find((each) => each.id === id);
    if (deed) {
      deed.tries += 1;
      deed.failed = deed.tries >= TRIES;
    }
    clearTimeout(this.timer);
    const wait = deed?.failed ? 0 : Math.max(after * 1000, delay(deed?.tries ?? 0));
    this.timer = window.setTimeout(() => {
      if (this.flying === id) this.flying = null;
      this.next();
    }, wait);
    this.changed();
  }

  /** Try again what was given up. @param {string} id */
  again(id) {
    const deed = this.deeds.find((each) => each.id === id);
    if (deed) Object.assign(deed, { tries: 0, failed: false });
    this.changed();
    this.next();
  }

  clear() {
    this.deeds = [];
    this.flying = null;
    clearTimeout(this.timer);
    this.changed();
  }

  changed() {
    tab.set("outbox", this.deeds);
    this.dispatchEvent(new Event("change"));
  }
}
