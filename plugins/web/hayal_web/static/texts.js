/** The page's own texts, in the language of the latest message. */

/** @type {Record<string, Record<string, string>>} */
let all = {};
let current = "en";

/** Load all languages; they are small. */
export async function load() {
  const response = await fetch("/texts.json");
  if (response.status === 401) {
    location.reload();
    return;
  }
  if (response.ok) all = await response.json();
}

export const language = () => current;

/**
 * @param {string} id
 * @param {string} [name] what stands for the persona's name
 */
export function say(id, name = "") {
  const text = all[current]?.[id] ?? all.en?.[id] ?? "";
  return text.replaceAll("{name}", name);
}

/**
 * Switch to a language, if it is another one.
 * @param {string | undefined} code such as "tr" or "tr-TR"
 * @returns {boolean} whether anything changed
 */
export function speak(code) {
  const wanted = (code ?? "en").split("-")[0].toLowerCase();
  const next = wanted in all ? wanted : "en";
  if (next === current && document.documentElement.lang === next) return false;
  current = next;
  document.documentElement.lang = next;
  retell(document);
  return true;
}

/**
 * Put the texts where the page's elements ask for them: data-text, data-label, data-placeholder.
 * @param {ParentNode} root
 */
export function retell(root) {
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-text]"))) {
    element.textContent = say(element.dataset.text ?? "", element.dataset.name);
  }
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-label]"))) {
    const text = say(element.dataset.label ?? "", element.dataset.who);
    element.setAttribute("aria-label", text);
    if (element instanceof HTMLButtonElement) element.title = text;
  }
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-placeholder]"))) {
    const text = say(element.dataset.placeholder ?? "");
    element.setAttribute("placeholder", text);
    element.setAttribute("aria-label", text);
  }
}

/** @param {Date} at */
export const clock = (at) => at.toLocaleTimeString(current, { hour: "2-digit", minute: "2-digit" });

/** @param {Date} at */
export function day(at) {
  const midnight = (/** @type {Date} */ date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  const days = Math.round((midnight(new Date()) - midnight(at)) / 86400000);
  if (days === 0) return say("web-today");
  if (days === 1) return say("web-yesterday");
  /** @type {Intl.DateTimeFormatOptions} */
  const how = { day: "numeric", month: "long" };
  if (at.getFullYear() !== new Date().getFullYear()) how.year = "numeric";
  return at.toLocaleDateString(current, how);
}
