// @ts-check
// Catches the keys of a scanner: a code, ended by Enter or Tab. On the whole document, so that no code is lost with the focus.

import { characterOf, codeOf, Keystrokes } from "./keystrokes.js";
import { targetOf } from "./page_parts.js";

/** @import { Field } from "./keystrokes.js" */

const GS = "\x1d";
const FIELDS = "input:not([type=checkbox]):not([type=radio]):not([type=file]):not([type=range]), textarea, select";

export class Wedge {
  /**
   * @param {object} options
   * @param {string | undefined} options.gs what the scanner types for GS, if it is another character
   * @param {(code: string) => unknown} options.onCode gets each code, in order
   */
  constructor({ gs, onCode }) {
    this.gs = gs;
    this.onCode = onCode;
    this.keystrokes = new Keystrokes();
    /** @type {HTMLTextAreaElement | null} */
    this.catcher = null;
    for (const event of window.takeEarlyKeys()) this._key(event);
    document.addEventListener("keydown", (event) => this._key(event), true);
    document.addEventListener("focusin", (event) => this.keystrokes.enter(fieldOf(event)));
    document.addEventListener("input", (event) => this._input(event), true);
    document.addEventListener("paste", (event) => this._paste(event), true);
    this.catcher = makeCatcher();
    document.addEventListener("pointerup", () => setTimeout(() => this.ready(), 0));
    this.ready();
  }

  /** Take the focus, unless somebody types. Some handhelds type only into a focused field, and an end key must press no button. */
  ready() {
    const focused = document.activeElement;
    if (this.catcher && (!focused || !focused.matches("input, textarea, select, summary"))) this.catcher.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    if (event.isComposing || event.repeat) return;
    if ((event.key === "Enter" || event.key === "Tab") && this._end(event)) return;
    const character = characterOf(event);
    if (character) this._add(character, event);
  }

  /**
   * @param {string} character
   * @param {KeyboardEvent} event
   */
  _add(character, event) {
    const field = fieldOf(event);
    this.keystrokes.add(character, event.timeStamp, field);
    if (!field || character === GS) event.preventDefault();
  }

  /**
   * Whether the key ended a code. If not, it does what it always does.
   * @param {KeyboardEvent} event
   */
  _end(event) {
    const { code, swallow } = this.keystrokes.end(event.timeStamp, fieldOf(event));
    if (swallow) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    this._emit(code);
    return swallow;
  }

  /**
   * Some handhelds name no keys ("Unidentified") and only put text into the focused field.
   * @param {Event} event
   */
  _input(event) {
    if (!this.catcher || event.target !== this.catcher || /** @type {InputEvent} */ (event).isComposing) return;
    const text = this.catcher.value;
    this.catcher.value = "";
    for (const character of text) {
      if (/[\n\r\t]/.test(character)) this._emit(this.keystrokes.flush());
      else this.keystrokes.addText(character, event.timeStamp);
    }
  }

  /** @param {ClipboardEvent} event */
  _paste(event) {
    if (fieldOf(event) || !event.clipboardData) return;
    event.preventDefault();
    for (const code of event.clipboardData.getData("text").split(/[\r\n\t]+/)) this._emit(code);
  }

  /** @param {string} text */
  _emit(text) {
    const code = codeOf(text, this.gs);
    if (code) this.onCode(code);
  }
}

/**
 * The field that a person may be typing into, or null.
 * @param {Event} event
 * @returns {Field | null}
 */
function fieldOf(event) {
  const target = targetOf(event);
  /** @type {HTMLInputElement | null} */
  const field = target.closest(FIELDS);
  return target.matches("[data-catcher]") ? null : field;
}

function makeCatcher() {
  const catcher = document.createElement("textarea");
  catcher.className = "visually-hidden";
  catcher.setAttribute("data-catcher", "");
  catcher.setAttribute("inputmode", "none");
  catcher.setAttribute("aria-hidden", "true");
  catcher.tabIndex = -1;
  document.body.appendChild(catcher);
  return catcher;
}
