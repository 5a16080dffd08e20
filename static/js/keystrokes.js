// @ts-check
// Tells codes of a scanner from what fingers type, by the time between the keys. Times are ms on the events' own clock.

import { GS, positionOf } from "./readings.js";

// Scanners press a key every 1 to 20 ms, over Bluetooth every 50; the fastest typists in the world one every 80. Two pulls of a
// trigger lie 300 ms and more apart. A radio link that has to repeat stalls for 100 to 300 ms in the middle of a code.
const BURST_GAP_MS = 60; // no person types so fast
const FAST_MS = 50; // nor so fast on average
const RUN_GAP_MS = 150; // a longer pause parts two codes, or is a stall: what the device knows decides
const PULL_MS = 300; // a longer one is no stall of a scanner that ends its codes with silence
const SPLIT_GAP_MS = 1000;
const SHORTEST = 3;
const SURE_LENGTH = 6; // keys that fall together by chance are fewer
const LONGEST_NUMBER = 6;
const ECHO_MS = 150;
const LATE_MS = 1500; // an end key that comes so late after a silence belongs to the code before

/** How long silence lasts that ends a code: of a scanner that did so before, of any other, and of one that has an end key. */
const SILENCE_MS = { endless: 400, other: 1000, keyed: 3000 };

const HARD_END = /^(?:Enter|Tab|[\r\n\t])$/;
const SOFT_END = /^(?:Escape|Home|End|Page(?:Up|Down)|Arrow\w+|Insert|Delete)$/;

/**
 * @typedef {object} Stroke
 * @property {string} character what the key typed; "" for a dead key
 * @property {number} at
 * @property {string} [position] what it types on a keyboard of the USA, where that is known
 * @property {boolean} [caps] whether Caps Lock was on
 * @typedef {{value: string, readonly inputMode?: string, readonly isConnected?: boolean}} Field a field that a person may type into
 * @typedef {{codes: Stroke[][], swallow: boolean}} Ended the codes that an end key ended; `swallow`: the key does nothing else
 * @typedef {{codes: Stroke[][], unsure: Stroke[]}} Quiet the codes that silence ended, and keys of a scanner that make no code
 */

/** The keys since the last end key. A scanner that types into a field leaves nothing there. */
export class Keystrokes {
  /** @param {(strokes: Stroke[]) => boolean} [isKnown] whether the device knows the code that they make */
  constructor(isKnown = () => false) {
    this.isKnown = isKnown;
    this.endless = false; // whether the scanner sends no end key, as far as is known
    this.keyed = false; // whether it sends one
    this.trusting = false; // whether all keys are a scanner's, however slow
    /** @type {Stroke[]} */
    this.strokes = [];
    /** @type {Field | null} */
    this.field = null;
    this.before = ""; // what the field held before the keys
    this.burst = { from: 0, before: "" }; // the first of the keys since the last stall, and what the field held before it
    this.endedAt = -LATE_MS;
    this.echo = ECHO_MS;
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
   * @param {Stroke} stroke
   * @param {Field | null} field
   */
  add(stroke, field) {
    const last = this.strokes[this.strokes.length - 1];
    if (field && (!last || stroke.at - last.at > RUN_GAP_MS || this.field !== field)) {
      this.strokes = [];
      this.before = field.value;
      this.burst = { from: 0, before: field.value };
    } else if (field && stroke.at - last.at > BURST_GAP_MS) {
      this.burst = { from: this.strokes.length, before: field.value };
    }
    if (!field && this.field && !(isGone(this.field) && isBurst(this.strokes, stroke.at, 1))) this.strokes = [];
    if (field) this.typed += stroke.character;
    this.field = field;
    this.strokes.push(stroke);
  }

  /**
   * Whether a scanner types just now.
   * @param {number} at
   */
  isRunning(at) {
    const run = runsOf(this.strokes).pop();
    return run !== undefined && isFast(run) && at - run[run.length - 1].at <= BURST_GAP_MS;
  }

  /**
   * An end key came.
   * @param {number} at
   * @param {Field | null} field
   * @returns {Ended}
   */
  end(at, field) {
    const same = field === this.field || (!field && isGone(this.field) && isBurst(this.strokes, at));
    const strokes = same ? this.strokes : [];
    this.strokes = [];
    if (!strokes.length) return this._endNothing(at);
    if (field) return this._endIn(field, at, this._scanned(strokes));
    return this._ended(at, field, partsOf(strokes, this.isKnown) || [lastRun(strokes)]);
  }

  /**
   * An end key came in a field: after a code that may have stalled, after one without a stall that may follow other keys, or after
   * what a person typed. The field is left as it was before the code.
   * @param {Field} field
   * @param {number} at
   * @param {{strokes: Stroke[], before: string, burst: Stroke[]}} scanned
   * @returns {Ended}
   */
  _endIn(field, at, { strokes, before, burst }) {
    const whole = isBurst(strokes, at) || (isLong(strokes) && isBurst(burst, at, 1));
    if (!whole && !isBurst(burst, at)) return this._endSlow(at, field);
    field.value = whole ? before : this.burst.before;
    const code = whole ? strokes : burst;
    return this._ended(at, field, partsOf(code, this.isKnown) || [lastRun(code)]);
  }

  /**
   * The keys that may be a scanner's, and what the field held before them: all, or those after what a hand typed to the last.
   * @param {Stroke[]} strokes
   */
  _scanned(strokes) {
    const burst = strokes.slice(this.burst.from);
    return isTyped(strokes.slice(0, this.burst.from + 1))
      ? { strokes: burst, before: this.burst.before, burst }
      : { strokes, before: this.before, burst };
  }

  /** How long to wait for more keys, ms. A code that the device knows may end sooner. */
  patience() {
    if (this.endless) return SILENCE_MS.endless;
    return this.keyed && !runsOf(this.strokes).every(this.isKnown) ? SILENCE_MS.keyed : SILENCE_MS.other;
  }

  /**
   * Nothing came for a while (see `patience`). Keys of a person stay.
   * @param {number} at
   * @returns {Quiet}
   */
  quiet(at) {
    const { field } = this;
    const { strokes, before } = field ? this._scanned(this.strokes) : { strokes: this.strokes, before: this.before };
    const runs = this.trusting && !field && strokes.length ? [strokes] : runsOf(strokes);
    if (!(this.trusting || runs.some(isFast)) || (field && !isLong(strokes))) return { codes: [], unsure: [] };
    const codes = runs.length > 1 && this.isKnown(strokes) ? [strokes] : this._codesOf(runs);
    this.strokes = [];
    if (field) field.value = before;
    this.enter(field);
    this.endedAt = at;
    this.echo = LATE_MS;
    this.endless = this.endless || codes.length > 0;
    return { codes, unsure: codes.length ? [] : strokes };
  }

  /**
   * The keys that a person pressed outside of all fields; none where a scanner typed, or may have. They are forgotten.
   */
  takeTyped() {
    const { strokes } = this;
    const text = strokes.map(({ character }) => character).join("");
    if (this.field || text.length > LONGEST_NUMBER || (strokes.length >= SHORTEST && isFast(strokes))) return "";
    this.strokes = [];
    this.endedAt = -Infinity; // an end key now is the hand's own
    return text;
  }

  /**
   * Each run as a code, where that is certain enough.
   * @param {Stroke[][]} runs
   */
  _codesOf(runs) {
    const pauses = runs.slice(1).map((run, i) => run[0].at - runs[i][runs[i].length - 1].at);
    const apart = pauses.every((pause) => pause >= PULL_MS);
    return runs.every((run) => this.trusting || (isFast(run) && (this.isKnown(run) || (apart && this._isSure(run))))) ? runs : [];
  }

  /** @param {Stroke[]} run */
  _isSure(run) {
    return this.endless || isLong(run);
  }

  /**
   * @param {number} at
   * @param {Field | null} field
   * @param {Stroke[][]} codes
   * @returns {Ended}
   */
  _ended(at, field, codes) {
    this.enter(field);
    this.endedAt = at;
    this.echo = ECHO_MS;
    this._hasKey();
    return { codes, swallow: true };
  }

  /**
   * A line feed after the carriage return, or an end key that was late, does nothing.
   * @param {number} at
   * @returns {Ended}
   */
  _endNothing(at) {
    const swallow = at - this.endedAt <= this.echo;
    if (swallow && this.echo === LATE_MS) this._hasKey();
    return { codes: [], swallow };
  }

  _hasKey() {
    this.endless = false;
    this.keyed = true;
  }

  /**
   * A barcode in a field for numbers was typed by a slow scanner: no number is so long. All other text was typed by a person.
   * @param {number} at
   * @param {Field} field
   * @returns {Ended}
   */
  _endSlow(at, field) {
    if (field.inputMode !== "numeric" || this.typed.length <= LONGEST_NUMBER) return { codes: [], swallow: false };
    const code = Array.from(this.typed, (character) => ({ character, at }));
    field.value = this.entered;
    return this._ended(at, field, [code]);
  }
}

/**
 * Whether the field went away with its page while a scanner typed into it: the code goes on without it.
 * @param {Field | null} field
 */
function isGone(field) {
  return field !== null && field.isConnected === false;
}

/**
 * Whether a pause as between two keys of a hand parts all of these. One key alone may be the first of a code that stalled.
 * @param {Stroke[]} strokes
 */
function isTyped(strokes) {
  return strokes.length >= SHORTEST && strokes.every(({ at }, i) => i === 0 || at - strokes[i - 1].at > BURST_GAP_MS);
}

/**
 * Whether keys come faster than fingers type, up to their end key.
 * @param {Stroke[]} strokes
 * @param {number} endedAt
 * @param {number} [least] fewest keys
 */
export function isBurst(strokes, endedAt, least = SHORTEST) {
  const times = [...strokes.map(({ at }) => at), endedAt];
  return strokes.length >= least && times.every((at, i) => i === 0 || at - times[i - 1] <= BURST_GAP_MS);
}

/**
 * Whether keys come faster than fingers type on average, as of a scanner on a busy link.
 * @param {Stroke[]} run
 */
export function isFast(run) {
  return run.length >= SHORTEST && (run[run.length - 1].at - run[0].at) / (run.length - 1) <= FAST_MS;
}

/**
 * Whether so many keys came so fast that no hand pressed them by chance.
 * @param {Stroke[]} run
 */
function isLong(run) {
  return run.length >= SURE_LENGTH && isFast(run);
}

/**
 * The strokes, parted at long pauses.
 * @param {Stroke[]} strokes
 */
export function runsOf(strokes) {
  /** @type {Stroke[][]} */
  const runs = [];
  strokes.forEach((stroke, i) => {
    if (!i || stroke.at - strokes[i - 1].at > RUN_GAP_MS) runs.push([]);
    runs[runs.length - 1].push(stroke);
  });
  return runs;
}

/**
 * Codes that came one after the other before an end key did, where the device knows each and not the whole; else null.
 * @param {Stroke[]} strokes
 * @param {(strokes: Stroke[]) => boolean} isKnown
 */
function partsOf(strokes, isKnown) {
  const runs = runsOf(strokes);
  return runs.length > 1 && runs.every((run) => isFast(run) && isKnown(run)) && !isKnown(strokes) ? runs : null;
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
 * @param {{running?: boolean, gsKey?: string}} [about] `running`: in a scan; `gsKey`: the key that this device's scanner sends for GS
 */
export function characterOf(event, { running = false, gsKey } = {}) {
  const { key, ctrlKey, altKey, metaKey } = event;
  const commanding = (ctrlKey || altKey || metaKey) && !event.getModifierState("AltGraph");
  if (key === GS || key === "F8" || keyName(event) === gsKey) return GS;
  if (ctrlKey && commanding && (key === "]" || event.code === "BracketRight")) return GS;
  if (commanding) return running && ctrlKey && !altKey ? controlOf(event) : null;
  if (key === "Dead") return "";
  return key.length === 1 ? key : /^Numpad\d$/.test(event.code) ? positionOf(event) : null; // Num Lock is off
}

/**
 * Whether a key ends a code: always, or only where a scanner types just now.
 * @param {KeyboardEvent} event
 */
export function endOf(event) {
  const { key, code, ctrlKey, altKey } = event;
  if (HARD_END.test(key)) return "always";
  const control = ctrlKey && !altKey ? controlOf(event) : "";
  return control === "\r" || control === "\n" || control === "\t" || (SOFT_END.test(key) && !/^Numpad/.test(code)) ? "running" : "";
}

/**
 * A key with the keys held with it: "Ctrl+Alt+x".
 * @param {KeyboardEvent} event
 */
export function keyName({ key, ctrlKey, altKey }) {
  return `${ctrlKey ? "Ctrl+" : ""}${altKey ? "Alt+" : ""}${key}`;
}

/**
 * The control character that a scanner means by Ctrl and a key, such as RS by Ctrl+^ and EOT by Ctrl+D (ISO/IEC 15434).
 * @param {KeyboardEvent} event
 */
function controlOf(event) {
  const position = positionOf(event).toUpperCase();
  return /^[A-Z[\\\]^_]$/.test(position) ? String.fromCharCode(position.charCodeAt(0) & 31) : null;
}
