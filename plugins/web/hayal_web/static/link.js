/** The WebSocket: connects, comes back after a loss, and tells what it hears. */

const LONGEST = 30000;
const PONG = 6000;

/** Delay before try number `tries`, in milliseconds: doubling, with jitter, at most half a minute. */
export const delay = (/** @type {number} */ tries) => Math.min(LONGEST, 400 * 2 ** tries) * (0.5 + Math.random() / 2);

export class Link extends EventTarget {
  /** @param {() => {after: number, language: string}} hello what to say first */
  constructor(hello) {
    super();
    this.hello = hello;
    this.tries = 0;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.begun = false;
    this.timer = 0;
    this.pong = 0;
    addEventListener("online", () => this.now());
    addEventListener("pageshow", () => this.now());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.now());
  }

  connect() {
    this.begun = true;
    clearTimeout(this.timer);
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
    this.socket = socket;
    socket.addEventListener("open", () => this.send({ type: "hello", ...this.hello() }));
    socket.addEventListener("message", (event) => {
      if (socket === this.socket) this.hear(JSON.parse(event.data));
    });
    socket.addEventListener("close", (event) => {
      if (socket === this.socket) this.lost(event.code);
    });
  }

  /** @param {any} frame */
  hear(frame) {
    clearTimeout(this.pong);
    if (frame.type === "ready") this.tries = 0;
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }

  /** @param {number} code */
  lost(code) {
    clearTimeout(this.pong);
    this.socket = null;
    this.tries += 1;
    const wait = code === 4429 ? LONGEST / 2 : delay(this.tries);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.connect(), wait);
    this.dispatchEvent(new CustomEvent("lost", { detail: code }));
  }

  /** Look now whether the connection stands, and bring it back if not. */
  now() {
    if (!this.begun) return;
    if (this.socket === null) this.connect();
    else if (this.send({ type: "ping" })) this.expect(PONG);
  }

  /**
   * Something must be heard within `wait` milliseconds, or the connection counts as lost.
   * @param {number} wait
   */
  expect(wait) {
    clearTimeout(this.pong);
    this.pong = window.setTimeout(() => this.drop(), wait);
  }

  drop() {
    const socket = this.socket;
    if (!socket) return;
    this.lost(1006);
    socket.close();
  }

  /**
   * @param {object} frame
   * @returns {boolean} whether it could be handed to an open socket
   */
  send(frame) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }
}
