// @ts-check
// A pad of digits under the thumb: how many the scan just made stands for, or the next one.

import { part, partAs, partWithId, targetOf } from "./page_parts.js";

/** @import { ScanPage } from "./scan_page.js" */
/** @import { Scope } from "./scope.js" */
/** @import { Scan } from "./types.d.ts" */

const MOST_DIGITS = 5;

/**
 * Start the pad of a scan page, where it has one.
 * @param {ScanPage} page
 * @param {Scope} scope
 */
export function numberPad(page, scope) {
  const pad = document.querySelector("[data-number-pad]");
  if (pad instanceof HTMLDialogElement) new NumberPad(pad, page, scope);
}

class NumberPad {
  /**
   * @param {HTMLDialogElement} pad
   * @param {ScanPage} page
   * @param {Scope} scope
   */
  constructor(pad, page, scope) {
    this.pad = pad;
    this.page = page;
    this.digits = "";
    this.lastButton = partAs("[data-pad-last]", HTMLButtonElement, pad);
    scope.on(document, "click", (event) => { if (targetOf(event).closest("[data-open-pad]")) this._open(); });
    this.byKeys = false; // whether the digits were typed
    pad.addEventListener("click", (event) => this._pressed(event));
    pad.addEventListener("typed", (event) => this._typed(/** @type {CustomEvent<string>} */ (event).detail));
    pad.addEventListener("keydown", (event) => this._key(event));
    pad.addEventListener("close", () => { this.digits = ""; });
    part("[data-pad-close]", pad).addEventListener("click", () => pad.close());
    part("[data-pad-next]", pad).addEventListener("click", () => this._forNext());
    this.lastButton.addEventListener("click", () => this._forLast());
  }

  get number() {
    return Number(this.digits || 1);
  }

  _open() {
    this.digits = "";
    this.byKeys = false;
    this._show();
    this.pad.showModal();
  }

  /** @param {Event} event */
  _pressed(event) {
    /** @type {HTMLElement | null} */
    const key = targetOf(event).closest("[data-pad-digit]");
    if (!key) return;
    this.digits = withDigit(this.digits, key.dataset.padDigit || "");
    this._show();
  }

  /**
   * A hand typed these; `wedge.js` tells it from a scanner.
   * @param {string} digits
   */
  _typed(digits) {
    for (const digit of digits) this.digits = withDigit(this.digits, digit);
    this.byKeys = true;
    this._show();
  }

  /**
   * Enter takes the number that was typed, in place of pressing the button that has the focus.
   * @param {KeyboardEvent} event
   */
  _key(event) {
    if (event.key === "Backspace") {
      this.digits = withDigit(this.digits, "");
      this._show();
    }
    if (event.key !== "Enter" || !this.byKeys) return;
    event.preventDefault();
    if (this.lastButton.hidden) this._forNext();
    else if (this.lastButton.disabled) this.page.feedback.give("refused");
    else this._forLast();
  }

  _show() {
    const last = countable(this.page);
    part("[data-pad-number]", this.pad).textContent = this.number.toLocaleString("en");
    part("[data-pad-words]", this.pad).textContent = last
      ? `Just scanned: ${nameOf(last)} × ${last.quantity.toLocaleString("en")}. How many is that?`
      : "How many does the next scan stand for?";
    this.lastButton.hidden = !last;
    this.lastButton.disabled = !last || this.number <= last.quantity;
  }

  _forNext() {
    this.page.take(`CMD-QTY-${this.number}`, "typed");
    this.pad.close();
  }

  /** The scan just made stands for so many: another scan counts what is missing. */
  _forLast() {
    const last = countable(this.page);
    const whole = this.number;
    this.pad.close();
    if (!last) return;
    this.page.take(last.code, "typed", { quantity: whole - last.quantity });
    this.page.last = { ...last, quantity: whole };
  }
}

/**
 * A number with one more digit, or with one less for "".
 * @param {string} digits
 * @param {string} digit
 */
export function withDigit(digits, digit) {
  return digit ? (digits + digit).replace(/^0+/, "").slice(0, MOST_DIGITS) : digits.slice(0, -1);
}

/**
 * The scan just made, if it is of goods.
 * @param {Pick<ScanPage, "last" | "places">} page
 */
export function countable({ last, places }) {
  return last && !/^CMD-/i.test(last.code) && !places.has(last.code) ? last : null;
}

/**
 * What the page calls the goods, once the server has answered.
 * @param {Scan} last
 */
function nameOf(last) {
  const name = document.querySelector("#result .result__item");
  const waits = partWithId("result").dataset.signal === "kept";
  return name && !waits ? name.textContent : last.code.slice(0, 40);
}
