/** @typedef {import("./types.js").Attachment} Attachment */
import { byId, el, icon } from "./dom.js";
import { retell, say } from "./texts.js";

/** @param {string} key */
export const address = (key) => `/media/${key.split("/").map(encodeURIComponent).join("/")}`;

/**
 * A picture or video; its box has its final size before it has loaded.
 * @param {Attachment} what
 * @param {string} name whose it is
 */
export function media(what, name) {
  return what.kind === "video" ? video(what, name) : picture(what, name);
}

/**
 * How wide something is for its height.
 * @param {Attachment | undefined} what
 */
export const ratio = (what) => (what?.width || 3) / (what?.height || 4);

/** @param {HTMLElement} box */
function gone(box) {
  box.replaceChildren(el("span", { data: { text: "web-gone" } }, say("web-gone")));
  box.classList.add("gone", "loaded");
  if (box instanceof HTMLButtonElement) box.disabled = true;
}

/**
 * @param {Attachment} what
 * @param {string} name
 * @param {Attachment} [film] what opens instead of the picture
 */
function picture(what, name, film) {
  const source = address(what.key);
  const label = { label: film ? "web-clip" : "web-picture", who: name };
  const box = el("button", { class: "media", type: "button", data: label, "aria-haspopup": "dialog" });
  const image = el("img", { alt: "", width: what.width, height: what.height, decoding: "async", draggable: "false" });
  image.addEventListener("load", () => box.classList.add("loaded"));
  image.addEventListener("error", () => gone(box));
  image.src = source;
  box.append(image);
  if (film) box.append(el("span", { class: "play" }, icon("play")));
  box.addEventListener("click", () => {
    enlarge(film ? clip(film, label) : el("img", { src: source, alt: box.getAttribute("aria-label") }), box);
  });
  return box;
}

/**
 * @param {Attachment} what
 * @param {string} name
 */
function video(what, name) {
  const box = el("div", { class: "media" });
  const film = clip(what, { label: "web-clip", who: name });
  const play = el("button", { class: "play", type: "button", data: { label: "web-clip", who: name } }, icon("play"));
  film.addEventListener("loadedmetadata", () => box.classList.add("loaded"));
  // Until then the picture stands for itself; the button above it plays.
  film.controls = false;
  film.addEventListener("play", () => {
    film.controls = true;
    play.remove();
  });
  film.addEventListener("error", () => gone(box));
  play.addEventListener("click", () => {
    film.play().catch(() => {});
    film.focus();
  });
  box.append(film, play);
  return box;
}

/**
 * @param {Attachment} what
 * @param {Record<string, string>} data
 */
function clip(what, data) {
  const film = el("video", { controls: true, playsinline: true, preload: "metadata", width: what.width, data });
  film.height = what.height;
  if (what.poster) film.poster = address(what.poster);
  film.src = address(what.key);
  return film;
}

/**
 * The picture of a card: a still, even of a video, which plays when it is opened.
 * @param {Attachment | undefined} what
 * @param {string} name
 */
export function still(what, name) {
  const poster = what?.kind === "video" ? what.poster : what?.key;
  if (!what || (what.kind === "video" && !poster)) {
    return el("div", { class: "blank", "aria-hidden": "true" }, Array.from(name.trim())[0] ?? "☾");
  }
  const image = { ...what, kind: /** @type {"image"} */ ("image"), key: /** @type {string} */ (poster) };
  return picture(image, name, what.kind === "video" ? what : undefined);
}

/**
 * Show one thing large. Escape, the cross and a tap beside it close it.
 * @param {HTMLElement} what
 * @param {HTMLElement} from where the focus goes back to
 */
export function enlarge(what, from) {
  const box = byId("lightbox");
  byId("lightbox-stage").replaceChildren(what);
  retell(box);
  box.showModal();
  if (what instanceof HTMLVideoElement) what.play().catch(() => {});
  box.addEventListener("close", () => {
    byId("lightbox-stage").replaceChildren();
    from.focus({ preventScroll: true });
  }, { once: true });
}

/** Make the dialog close. */
export function prepare() {
  const box = byId("lightbox");
  byId("lightbox-close").addEventListener("click", () => box.close());
  byId("lightbox-stage").addEventListener("click", (/** @type {Event} */ event) => {
    if (!(event.target instanceof HTMLVideoElement)) box.close();
  });
}
