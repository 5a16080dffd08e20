// @ts-check
// The order of the lines: what is open first, the last touched on top. Nothing moves while a finger is on the list.

const CALM_MS = 1500;

export class Lines {
  /**
   * @param {HTMLElement} list
   * @param {HTMLElement} scroller what scrolls around it
   */
  constructor(list, scroller) {
    this.list = list;
    this.scroller = scroller;
    this.touchedAt = -CALM_MS;
    /** @type {string[]} ids of rows that are to come to the top */
    this.due = [];
    /** @type {number | undefined} */
    this.timer = undefined;
    for (const type of ["pointerdown", "pointermove", "scroll", "wheel"]) {
      scroller.addEventListener(type, () => { this.touchedAt = performance.now(); }, { passive: true });
    }
  }

  /**
   * Show these rows as the last touched, and put them on top as soon as no finger is on the list.
   * @param {Element[]} rows
   */
  touched(rows) {
    if (!rows.length) return;
    this.due = this.due.filter((id) => !rows.some((row) => row.id === id)).concat(rows.map((row) => row.id));
    for (const row of this.list.querySelectorAll(".line--last")) row.classList.remove("line--last");
    for (const row of rows) row.classList.add("line--last");
    this._settle();
  }

  /** Milliseconds until no finger was on the list for a while. */
  get wait() {
    return Math.max(this.touchedAt + CALM_MS - performance.now(), 0);
  }

  _settle() {
    clearTimeout(this.timer);
    const { wait } = this;
    if (wait > 0) {
      this.timer = setTimeout(() => this._settle(), wait);
      return;
    }
    for (const id of this.due) this._toTop(document.getElementById(id));
    this.due = [];
    this.scroller.scrollTop = 0;
    this.touchedAt = -CALM_MS; // this scrolling was ours, not a finger's
  }

  /** @param {HTMLElement | null} row */
  _toTop(row) {
    if (!row) return;
    const first = this.list.firstElementChild;
    if (first && first !== row && first.classList.contains("line--done")) this.list.appendChild(first);
    this.list.prepend(row);
  }
}
