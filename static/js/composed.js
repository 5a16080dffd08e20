// @ts-check
// Takes the text of keyboards that name no keys: an IME that composes it, or a handheld that only puts it into the focused field.
// A hidden field has the focus for that, and is emptied whichever way the text ends.

import { focusWanted } from "./page_parts.js";
import { capsOf, positionOf } from "./readings.js";

/** @import { Field, Stroke } from "./keystrokes.js" */

const FIELDS = "input:not([type=checkbox]):not([type=radio]):not([type=file]):not([type=range]), textarea, select";
const SAME_MS = 200;
const LATE_MS = 3000; // of a slow system: text may still come to keys that silence has ended

export class Composed {
  /**
   * @param {object} options
   * @param {(stroke: Stroke, field: Field | null) => unknown} options.add
   * @param {(at: number) => unknown} options.end
   * @param {() => unknown} options.later something is on its way
   */
  constructor({ add, end, later }) {
    this.add = add;
    this.end = end;
    this.later = later;
    /** @type {Stroke[]} keys whose text is still to come */
    this.keys = [];
    this.endsThen = false; // whether an end key was among them
    this.composing = false;
    this.expected = { text: "", until: 0 };
    this.overdue = { text: "", until: 0 }; // keys that were taken without their text
    this.nameless = -Infinity; // when a key without a name came last, if no other has come since
    this.owed = false; // whether its text has not come: on a busy device that takes long
    this.catcher = makeCatcher();
    document.addEventListener("compositionstart", (event) => this._composes(event), true);
    document.addEventListener("compositionupdate", (event) => this._composes(event), true);
    document.addEventListener("compositionend", (event) => this._composed(event), true);
    document.addEventListener("beforeinput", (event) => this._beforeInput(event), true);
    document.addEventListener("input", (event) => this._input(event), true);
    document.addEventListener("close", () => this.ready(), true); // a dialog
    document.addEventListener("pointerup", () => setTimeout(() => this.ready(), 0));
    if (document.activeElement === document.body) focusWanted(); // a browser that has not done so yet would not do so after this
    this.ready();
  }

  /** Take the focus, unless somebody types. Some handhelds type only into a focused field, and an end key must press no button. */
  ready() {
    const home = document.querySelector("dialog[open]") || document.body; // what is outside of an open dialog gets no focus
    if (this.catcher.parentNode !== home) home.appendChild(this.catcher);
    const focused = document.activeElement;
    if (!focused || !focused.matches("input, textarea, select, summary")) this.catcher.focus({ preventScroll: true });
  }

  /**
   * Whether the text of a key comes later, or never.
   * @param {KeyboardEvent} event
   */
  takes(event) {
    const { key, code, timeStamp, isComposing } = event;
    const named = key !== "Process" && key !== "Unidentified" && !isComposing;
    this.nameless = named ? -Infinity : timeStamp;
    this.owed = !named;
    if (named) return false;
    if (fieldOf(event)) return true;
    const position = positionOf(event);
    if (/^(?:Numpad)?Enter$|^Tab$/.test(code) || key === "Enter" || key === "Tab") this.endsThen = true;
    else if (position) this.keys.push({ character: position, position, at: timeStamp, ...(capsOf(event) ? { caps: true } : {}) });
    if (this.endsThen && !this.composing) this._write("", timeStamp);
    this.later();
    return true;
  }

  /**
   * A character that was taken as keys, and that the system types once more.
   * @param {string} text
   * @param {number} at
   */
  expect(text, at) {
    this.expected = { text, until: at + SAME_MS };
  }

  /** Whether text was on its way that comes now, since nothing else does. */
  finish() {
    if (this.composing) {
      this.catcher.blur(); // ends the composition
      if (this.composing) this._write(this.catcher.value, performance.now());
      this.ready();
      return true;
    }
    if (!this.keys.length) return false;
    const text = this.keys.map(({ position }) => position).join("");
    this._write("", performance.now());
    this.overdue = { text, until: performance.now() + LATE_MS };
    return true;
  }

  /**
   * Text is being composed: silence counts from here, or one that begins late would never be taken.
   * @param {CompositionEvent} event
   */
  _composes(event) {
    if (!isCatcher(event)) return;
    this.composing = true;
    this.later();
  }

  /** @param {CompositionEvent} event */
  _composed(event) {
    if (!isCatcher(event) || !this.composing) return;
    this._write(this.catcher.value || event.data, event.timeStamp);
  }

  /** @param {Event} event */
  _input(event) {
    if (!isCatcher(event) || /** @type {InputEvent} */ (event).isComposing) return;
    const { value } = this.catcher;
    const again = value === this.expected.text && event.timeStamp <= this.expected.until;
    this.catcher.value = "";
    if (value && !again) this._write(value, event.timeStamp);
  }

  /**
   * Such a scanner types into a field: its characters are strokes, too, or a barcode would stay in a quantity.
   * @param {InputEvent} event
   */
  _beforeInput(event) {
    const field = fieldOf(event);
    const nameless = event.timeStamp - this.nameless <= (this.owed ? LATE_MS : SAME_MS);
    this.owed = false;
    if (!field || event.isComposing || !event.data || event.inputType !== "insertText" || !nameless) return;
    for (const character of event.data) this.add({ character, at: event.timeStamp }, field);
  }

  /**
   * @param {string} text what came; "" where only the keys tell
   * @param {number} at
   */
  _write(text, at) {
    const { keys, endsThen } = this;
    this.catcher.value = "";
    this.composing = false;
    this.keys = [];
    this.endsThen = false;
    if (text && !keys.length && this._isOverdue(text)) text = "";
    for (const part of text.normalize("NFKC").split(/([\r\n\t]+)/)) {
      if (/^[\r\n\t]/.test(part)) this.end(at);
      else for (const stroke of strokesOf(part, keys.splice(0), at)) this.add(stroke, null);
    }
    if (endsThen) this.end(at);
  }

  /**
   * Whether text without keys of its own is that of keys that were taken already: it would count twice.
   * @param {string} text
   */
  _isOverdue(text) {
    const { text: taken, until } = this.overdue;
    const same = text.normalize("NFKC").trim().toLowerCase() === taken.toLowerCase() && performance.now() <= until;
    if (same) this.overdue = { text: "", until: 0 };
    return same;
  }
}

/**
 * Text as strokes, each with its key where that is sure.
 * @param {string} text
 * @param {Stroke[]} keys
 * @param {number} at
 */
export function strokesOf(text, keys, at) {
  const characters = Array.from(text);
  if (!characters.length || !keys.length) return characters.length ? characters.map((character) => ({ character, at })) : keys;
  if (characters.length === keys.length) return keys.map((key, i) => ({ ...key, character: characters[i] }));
  const meant = keys.map(({ position }) => position).join("");
  return characters.map((character, i) => ({ character, position: i ? "" : meant, at: keys[Math.min(i, keys.length - 1)].at }));
}

/** @param {Event} event */
export function isCatcher({ target }) {
  return target instanceof Element && target.matches("[data-catcher]");
}

/**
 * The field that a person may be typing into, or null.
 * @param {Event} event
 * @returns {Field | null}
 */
export function fieldOf(event) {
  const { target } = event;
  /** @type {HTMLInputElement | null} */
  const field = target instanceof Element ? target.closest(FIELDS) : null;
  return isCatcher(event) ? null : field;
}

function makeCatcher() {
  const catcher = document.createElement("textarea");
  catcher.className = "visually-hidden";
  catcher.setAttribute("data-catcher", "");
  catcher.setAttribute("inputmode", "none");
  catcher.setAttribute("aria-hidden", "true");
  catcher.tabIndex = -1;
  return catcher;
}
