/** Keeps the reader where they are: at the end, or at what they are reading. */

const NEAR = 80;

export class Scroll {
  /**
   * @param {HTMLElement} scroller
   * @param {() => void} onMove
   */
  constructor(scroller, onMove) {
    this.scroller = scroller;
    this.atEnd = true;
    this.top = 0;
    scroller.addEventListener("scroll", () => {
      // Only moving up leaves the end: the room may also have become smaller, and then the end is followed.
      const near = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
      if (near) this.atEnd = true;
      else if (scroller.scrollTop < this.top) this.atEnd = false;
      this.top = scroller.scrollTop;
      onMove();
    }, { passive: true });
    const resized = new ResizeObserver(() => this.atEnd && this.end());
    resized.observe(scroller);
    if (scroller.firstElementChild) resized.observe(scroller.firstElementChild);
  }

  /** Go to the end. @param {boolean} [smoothly] */
  end(smoothly = false) {
    const far = this.scroller.scrollHeight - this.scroller.scrollTop > 4 * this.scroller.clientHeight;
    this.atEnd = true;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smoothly && !far ? "smooth" : "instant" });
  }

  /**
   * Change the log without moving what is being read.
   * @param {() => void} change
   */
  keep(change) {
    const stay = this.atEnd;
    const top = this.scroller.getBoundingClientRect().top;
    // The line itself, as the day above it may go.
    const lines = stay ? [] : Array.from(this.scroller.querySelectorAll("[data-seq] > .line"));
    const anchor = lines.find((line) => line.getBoundingClientRect().bottom > top);
    const before = anchor?.getBoundingClientRect().top ?? 0;
    change();
    if (stay) this.end();
    else if (anchor?.isConnected) this.scroller.scrollTop += anchor.getBoundingClientRect().top - before;
  }
}
