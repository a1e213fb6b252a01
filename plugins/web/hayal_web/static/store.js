/** A drawer of the browser's storage that never fails: without storage, things are kept until the page is left. */
class Drawer {
  /** @param {() => Storage} storage */
  constructor(storage) {
    /** @type {Map<string, string>} */
    this.fallback = new Map();
    try {
      this.storage = storage();
    } catch {
      this.storage = null;
    }
  }

  /**
   * @param {string} name
   * @param {any} otherwise
   */
  get(name, otherwise = null) {
    try {
      const text = this.fallback.get(name) ?? this.storage?.getItem(`hayal-${name}`);
      return text === null || text === undefined ? otherwise : JSON.parse(text);
    } catch {
      return otherwise;
    }
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  set(name, value) {
    const text = JSON.stringify(value);
    try {
      this.storage?.setItem(`hayal-${name}`, text);
      this.fallback.delete(name);
      if (!this.storage) this.fallback.set(name, text);
    } catch {
      this.fallback.set(name, text);
    }
  }

  /** @param {...string} names */
  remove(...names) {
    for (const name of names) {
      this.fallback.delete(name);
      try {
        this.storage?.removeItem(`hayal-${name}`);
      } catch {
        // It was only kept in the fallback.
      }
    }
  }
}

/** Of this browser. */
export const kept = new Drawer(() => localStorage);

/** Of this tab. */
export const tab = new Drawer(() => sessionStorage);
