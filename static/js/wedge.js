// @ts-check
// Catches the keys of a scanner: a code, ended by an end key or by silence. On the whole document, so that no code is lost with
// the focus. `composed.js` takes what comes as text instead of keys.

import { Composed, fieldOf } from "./composed.js";
import { Cut } from "./cut.js";
import { characterOf, endOf, keyName, Keystrokes } from "./keystrokes.js";
import { capsOf, codeOf, GS, positionOf, read } from "./readings.js";

/** @import { Field, Stroke } from "./keystrokes.js" */
/** @import { Reading, Setup, Strokes } from "./types.d.ts" */

const SETUP = "scanner.setup"; // as in `set_up.js`
const POSITION = "scanner.position"; // that codes were known by the position of their keys, in this tab
const HAND_MS = 150; // a scanner's next key has come by then
const LATE_MS = 50;
const LOOK_MS = 400;

export class Wedge {
  /**
   * @param {object} options
   * @param {string | undefined} options.gs what the scanner types for GS, if it is another character
   * @param {(code: string) => string | null} options.spell gives a known code as it is spelt
   * @param {(code: string, reading: Reading, keys: Strokes) => unknown} options.onCode gets each code, in order
   * @param {(text: string, keys: Strokes) => unknown} options.onUnsure gets keys of a scanner that no end key and no silence makes
   *   a code
   * @param {() => unknown} options.onCut hears that a change of pages cut a scan in two
   * @param {boolean} options.anew whether the scanner is set up anew: nothing is known of it, and all keys are its own
   */
  constructor({ gs, spell, onCode, onUnsure, onCut, anew }) {
    /** @type {Setup} */
    const { gs: ways = [], ...setup } = JSON.parse((!anew && localStorage.getItem(SETUP)) || "{}");
    /** @type {Setup} */
    this.setup = { ...setup, gs: [gs || "", ...ways] };
    this.setUp = Boolean(setup.byPosition);
    if (!anew && sessionStorage.getItem(POSITION)) this.setup.byPosition = true;
    this.spell = spell;
    this.onCode = onCode;
    this.onUnsure = onUnsure;
    this.onCut = onCut;
    this.cut = new Cut(sessionStorage);
    this.keystrokes = new Keystrokes((strokes) => this._read(strokes).known);
    this.keystrokes.endless = setup.end === "none";
    this.keystrokes.trusting = anew;
    this.alt = ""; // digits of the keypad, pressed while Alt is held
    /** @type {number | undefined} */
    this.timer = undefined;
    this.heardAt = 0;
    /** @type {Composed | null} */
    this.composed = null;
    for (const event of window.takeEarlyKeys()) this._key(event);
    this.composed = new Composed({
      add: (stroke, field) => this._add(stroke, field),
      end: (at) => this._end(at, null),
      later: () => this._heard(),
    });
    document.addEventListener("keydown", (event) => this._key(event), true);
    document.addEventListener("keyup", (event) => this._keyUp(event), true);
    document.addEventListener("focusin", (event) => this.keystrokes.enter(fieldOf(event)));
    document.addEventListener("paste", (event) => this._paste(event), true);
    window.addEventListener("pagehide", () => this.cut.leave(this.keystrokes.strokes, Boolean(this.keystrokes.field)));
    if (this.cut.sure) onCut();
  }

  /** Codes were known by the position of their keys alone: read the following ones so, too. */
  learnPosition() {
    this.setup.byPosition = true;
    sessionStorage.setItem(POSITION, "1");
  }

  /** A scanner is there that types what the device expects. What was set up stays. */
  _unlearnPosition() {
    if (!sessionStorage.getItem(POSITION)) return;
    sessionStorage.removeItem(POSITION);
    this.setup.byPosition = this.setUp;
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    if (event.repeat || (this.composed && this.composed.takes(event)) || this._altKey(event)) return;
    const at = event.timeStamp;
    const running = this.keystrokes.isRunning(at);
    const ends = keyName(event) === this.setup.gsKey ? "" : endOf(event);
    if ((ends === "always" || (ends && running)) && this._end(at, fieldOf(event), event)) return;
    const character = characterOf(event, { running, gsKey: this.setup.gsKey });
    if (running && /^F\d+$/.test(event.key)) event.preventDefault(); // or F5 would load the page again
    if (character === null) return;
    const field = fieldOf(event);
    this._add({ character, at, ...placeOf(event, character) }, field);
    if (!field || character < " ") event.preventDefault();
  }

  /**
   * Alt and digits of the keypad: the number of a character. Where the system types that itself, it comes again as text.
   * @param {KeyboardEvent} event
   */
  _altKey({ altKey, code, key }) {
    const [, digit] = /^Numpad(\d)$/.exec(code) || [];
    if (altKey && digit) this.alt += digit;
    else if (key !== "Alt") this.alt = "";
    return Boolean(altKey && digit);
  }

  /** @param {KeyboardEvent} event */
  _keyUp(event) {
    if (event.key !== "Alt" || !this.alt) return;
    const character = String.fromCharCode(Number(this.alt));
    const field = fieldOf(event);
    this.alt = "";
    if (/[\r\n\t]/.test(character)) this._end(event.timeStamp, field);
    else if (character < (field ? " " : "\x7f")) this._add({ character, at: event.timeStamp }, field);
    if (this.composed && !field) this.composed.expect(character, event.timeStamp);
  }

  /**
   * @param {Stroke} stroke
   * @param {Field | null} field
   */
  _add(stroke, field) {
    this.keystrokes.add(stroke, field);
    this._heard();
  }

  _heard() {
    this.heardAt = performance.now();
    this._wait();
  }

  /**
   * Whether the key ended a code. If not, it does what it always does.
   * @param {number} at
   * @param {Field | null} field
   * @param {KeyboardEvent} [event]
   */
  _end(at, field, event) {
    if (!field) this._toPad();
    const ended = this.keystrokes.end(at, field);
    const swallow = this._dropRest(ended.codes, at) || ended.swallow;
    if (swallow && event) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    ended.codes.forEach((strokes) => this._emit(strokes, false));
    return swallow;
  }

  /** Look again later whether nothing has come. */
  _wait(ms = LOOK_MS) {
    clearTimeout(this.timer);
    if (openPad()) setTimeout(() => this._handTyped(), HAND_MS + LATE_MS);
    const due = performance.now() + ms;
    this.timer = setTimeout(() => {
      const late = performance.now() - due; // the page was busy: keys may wait behind this
      const left = late > LATE_MS ? LOOK_MS : this.heardAt + this.keystrokes.patience() - performance.now();
      if (left > 0) this._wait(left);
      else this._quiet();
    }, ms);
  }

  _handTyped() {
    const { strokes } = this.keystrokes;
    if (strokes.length && performance.now() - strokes[strokes.length - 1].at >= HAND_MS) this._toPad();
  }

  _quiet() {
    if (this.composed && this.composed.finish()) return; // its text comes now
    const { codes, unsure } = this.keystrokes.quiet(performance.now());
    if (unsure.length && this._dropRest([unsure])) return;
    this._dropRest(codes);
    codes.forEach((strokes) => this._emit(strokes, true));
    if (unsure.length) this.onUnsure(this._read(unsure).code, { strokes: unsure, silent: true });
  }

  /**
   * Take out of the codes what is the rest of a scan that began on the page before.
   * @param {Stroke[][]} codes
   * @param {number} [at] of their end key
   */
  _dropRest(codes, at) {
    const first = codes.length ? codes[0][0].at : at;
    if (first === undefined || !this.cut.isRest(first)) return false;
    codes.shift();
    if (!this.cut.sure) this.onCut(); // it is told already
    return true;
  }

  /** While the number pad is open, digits that a hand types belong to it. */
  _toPad() {
    const pad = openPad();
    const { strokes } = this.keystrokes;
    if (!pad || !strokes.length || !strokes.every(({ character }) => /^\d$/.test(character))) return;
    const digits = this.keystrokes.takeTyped();
    if (digits) pad.dispatchEvent(new CustomEvent("typed", { detail: digits }));
  }

  /** @param {ClipboardEvent} event */
  _paste(event) {
    if (fieldOf(event) || !event.clipboardData) return;
    event.preventDefault();
    for (const text of event.clipboardData.getData("text").split(/[\r\n\t]+/)) {
      const code = codeOf(text, this.setup.gs || []);
      if (code) this.onCode(code, { code, known: false, byPosition: false, asItCame: false, others: [], doubt: "" }, { strokes: [], silent: false });
    }
  }

  /** @param {Stroke[]} strokes */
  _read(strokes) {
    return read(strokes, this.setup, this.spell);
  }

  /**
   * @param {Stroke[]} strokes
   * @param {boolean} silent
   */
  _emit(strokes, silent) {
    const reading = this._read(strokes);
    if (reading.byPosition) this.learnPosition();
    else if (reading.asItCame) this._unlearnPosition();
    if (reading.code) this.onCode(reading.code, reading, { strokes, silent });
  }
}

/**
 * Where the key is, for characters that depend on the layout.
 * @param {KeyboardEvent} event
 * @param {string} character
 */
function placeOf(event, character) {
  const position = character === GS ? GS : positionOf(event);
  return { ...(position && character >= " " ? { position } : {}), ...(capsOf(event) ? { caps: true } : {}) };
}

function openPad() {
  return document.querySelector("[data-number-pad][open]");
}
