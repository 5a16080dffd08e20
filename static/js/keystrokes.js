// @ts-check
// Tells codes of a scanner from what fingers type, by the time between the keys. Times are ms on the events' own clock.

const BURST_GAP_MS = 60; // no person types so fast
const SPLIT_GAP_MS = 1000;
const SHORTEST = 3;
const LONGEST_NUMBER = 6;
const ECHO_MS = 150;
const GS = "\x1d";

/**
 * @typedef {{character: string, at: number}} Stroke
 * @typedef {{value: string, readonly inputMode?: string}} Field a field that a person may type into
 * @typedef {{code: string, swallow: boolean}} Ended the code that an end key ended, or ""; `swallow`: the key does nothing else
 */

/** The keys since the last end key. A scanner that types into a field leaves nothing there. */
export class Keystrokes {
  constructor() {
    /** @type {Stroke[]} */
    this.strokes = [];
    /** @type {Field | null} */
    this.field = null;
    this.before = ""; // what the field held before the keys
    this.endedAt = -ECHO_MS;
    this.entered = ""; // what the field held when somebody came to it
    this.typed = ""; // since then
  }

  /**
   * The focus went to a field, or to none.
   * @param {Field | null} field
   */
  enter(field) {
    this.entered = field ? field.value : "";
    this.typed = "";
  }

  /**
   * A key came, in a field or outside of all.
   * @param {string} character
   * @param {number} at
   * @param {Field | null} field
   */
  add(character, at, field) {
    const last = this.strokes[this.strokes.length - 1];
    if (field && (!last || at - last.at > BURST_GAP_MS || this.field !== field)) {
      this.strokes = [];
      this.before = field.value;
    }
    if (!field && this.field) this.strokes = [];
    if (field) this.typed += character;
    this.field = field;
    this.strokes.push({ character, at });
  }

  /**
   * Text came without keys.
   * @param {string} character
   * @param {number} at
   */
  addText(character, at) {
    this.field = null;
    this.strokes.push({ character, at });
  }

  /** The code of the keys so far, whatever their times. */
  flush() {
    const code = textOf(lastRun(this.strokes));
    this.strokes = [];
    return code;
  }

  /**
   * An end key came.
   * @param {number} at
   * @param {Field | null} field
   * @returns {Ended}
   */
  end(at, field) {
    const strokes = field === this.field ? this.strokes : [];
    this.strokes = [];
    if (!strokes.length) return { code: "", swallow: at - this.endedAt <= ECHO_MS }; // a line feed after the carriage return
    if (field && !isBurst(strokes, at)) return this._endSlow(at, field);
    if (field) field.value = this.before;
    this.enter(field);
    this.endedAt = at;
    return { code: textOf(lastRun(strokes)), swallow: true };
  }

  /**
   * A barcode in a field for numbers was typed by a slow scanner: no number is so long. All other text was typed by a person.
   * @param {number} at
   * @param {Field} field
   * @returns {Ended}
   */
  _endSlow(at, field) {
    if (field.inputMode !== "numeric" || this.typed.length <= LONGEST_NUMBER) return { code: "", swallow: false };
    const code = this.typed;
    field.value = this.entered;
    this.enter(field);
    this.endedAt = at;
    return { code, swallow: true };
  }
}

/**
 * Whether keys come faster than fingers type, up to their end key.
 * @param {Stroke[]} strokes
 * @param {number} endedAt
 */
export function isBurst(strokes, endedAt) {
  const times = [...strokes.map(({ at }) => at), endedAt];
  return strokes.length >= SHORTEST && times.every((at, i) => i === 0 || at - times[i - 1] <= BURST_GAP_MS);
}

/**
 * The keys without one that was bumped long before the scan. Only after a long pause, and only where a whole code follows: a part
 * of a code may be the code of another item.
 * @param {Stroke[]} strokes
 */
export function lastRun(strokes) {
  for (let i = strokes.length - 1; i > 0; i -= 1) {
    if (strokes[i].at - strokes[i - 1].at > SPLIT_GAP_MS) {
      const run = strokes.slice(i);
      return isBurst(run, run[run.length - 1].at) ? run : strokes;
    }
  }
  return strokes;
}

/**
 * What a key adds to a code; null for a key that adds nothing. Scanners send GS as itself, as Ctrl+] or as F8.
 * @param {KeyboardEvent} event
 */
export function characterOf(event) {
  if (event.key === GS || event.key === "F8" || (event.ctrlKey && (event.key === "]" || event.code === "BracketRight"))) return GS;
  const commanding = (event.ctrlKey || event.altKey || event.metaKey) && !event.getModifierState("AltGraph");
  return event.key.length === 1 && !commanding ? event.key : null;
}

/**
 * The code in what was typed: `gs` is what this warehouse's scanners type for GS, if it is another character.
 * @param {string} text
 * @param {string | undefined} gs
 */
export function codeOf(text, gs) {
  return Array.from(text, (character) => (gs && character === gs ? GS : character)).join("").trim();
}

/** @param {Stroke[]} strokes */
function textOf(strokes) {
  return strokes.map(({ character }) => character).join("");
}
