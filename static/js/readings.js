// @ts-check
// What the keys of a scan may say. A scanner presses keys as on a keyboard of the USA, whatever the layout of the device; Caps Lock
// turns letters round, and on a French layout the digits too.

/** @import { Stroke } from "./keystrokes.js" */
/** @import { Reading, Setup } from "./types.d.ts" */

export const GS = "\x1d";
const ABOVE_DIGITS = ")!@#$%^&*(";
const FRENCH = ["à&é\"'(-è_ç", "à&é\"'(§è!ç"]; // France and Belgium: what the keys 0 to 9 type without shift
const WIDE = /[\u3000\uff01-\uffee]+/g;
/** @type {Readonly<Record<string, string>>} the keys of a US keyboard -> what they type, plain and with shift */
const OTHER_KEYS = {
  Backquote: "`~", Minus: "-_", Equal: "=+", BracketLeft: "[{", BracketRight: "]}", Backslash: "\\|", Semicolon: ";:",
  Quote: "'\"", Comma: ",<", Period: ".>", Slash: "/?",
};

/**
 * What the pressed key types on a keyboard of the USA, whatever the device's layout and locks; "" where nobody can say.
 * @param {Pick<KeyboardEvent, "code" | "key" | "shiftKey" | "getModifierState">} event
 */
export function positionOf(event) {
  const { code, shiftKey } = event;
  const [, kind, name] = /^(Key|Digit|Numpad)(\w)$/.exec(code || "") || [];
  if (kind === "Key") return shiftKey || isCapitalAlone(event) ? name : name.toLowerCase();
  if (kind) return shiftKey && kind === "Digit" ? ABOVE_DIGITS[Number(name)] : name;
  return (OTHER_KEYS[code] || "")[shiftKey ? 1 : 0] || "";
}

/**
 * A capital without shift: the keyboard does not tell of its shift key.
 * @param {Pick<KeyboardEvent, "key" | "getModifierState">} event
 */
function isCapitalAlone(event) {
  const { key } = event;
  return key.length === 1 && key !== key.toLowerCase() && !event.getModifierState("CapsLock");
}

/**
 * Whether Caps Lock is on, as the browser says or a small letter with shift shows.
 * @param {Pick<KeyboardEvent, "key" | "shiftKey" | "getModifierState">} event
 */
export function capsOf(event) {
  const { key, shiftKey } = event;
  return event.getModifierState("CapsLock") || (Boolean(shiftKey) && key.length === 1 && key !== key.toUpperCase());
}

/**
 * All that the strokes may say, each once, the likeliest first.
 * @param {readonly Stroke[]} strokes
 * @param {Setup} setup
 * @returns {string[]}
 */
export function readingsOf(strokes, { gs = [], map, byPosition }) {
  const literal = textOf(strokes, ({ character }) => character);
  const ways = [literal];
  if (strokes.some(({ caps }) => caps)) {
    ways.push(textOf(strokes, uncapped), textOf(strokes, uncappedFrench));
    if (literal === literal.toLowerCase()) ways.push(ways.shift() || ""); // codes have capitals
  }
  const positions = textOf(strokes, ({ character, position }) => (position === undefined ? character : position));
  if (byPosition) ways.unshift(positions);
  else if (map) ways.unshift(...ways.map((way) => mapped(way, map)));
  ways.push(positions);
  return Array.from(new Set(ways.map((way) => codeOf(way, gs)).filter(Boolean)));
}

/**
 * The reading to go by: the first that is known, else the likeliest. `others` are what it may be instead.
 * @param {readonly Stroke[]} strokes
 * @param {Setup} setup
 * @param {(code: string) => string | null} spell gives a known code as it is spelt
 * @returns {Reading}
 */
export function read(strokes, setup, spell) {
  const all = readingsOf(strokes, setup);
  const found = all.findIndex((reading) => spell(reading));
  if (found >= 0) {
    const later = found > 0;
    const byPosition = later && !setup.byPosition && found === all.length - 1;
    return { code: spell(all[found]) || "", known: true, byPosition, asItCame: later && Boolean(setup.byPosition), others: [], doubt: "" };
  }
  const code = all[0] || "";
  return { code, known: false, byPosition: false, asItCame: false, others: all.slice(1), doubt: setup.byPosition || setup.map ? "" : doubtOf(strokes, code) };
}

/**
 * What the strokes show to be wrong with the keyboard: its layout, Caps Lock, or nothing.
 * @param {readonly Stroke[]} strokes
 * @param {string} code
 */
export function doubtOf(strokes, code) {
  const digitKeys = strokes.filter(({ position }) => position && /^\d$/.test(position));
  const digits = digitKeys.filter(({ character }) => /\d/.test(character)).length;
  const hyphen = !code.includes("-") && strokes.some(({ character, position }) => position === "-" && character !== "-");
  if (hyphen || /[^\x00-\x7f]/.test(code) || (digitKeys.length > 1 && !digits) || /^[&"'(\-_]{6,}$/.test(code)) return "layout"; // eslint-disable-line no-control-regex
  return strokes.some(({ caps }) => caps) && /[a-z]/i.test(code) ? "caps" : "";
}

/**
 * The code in what was typed. `gs` are what this warehouse's scanners type for GS, if it is other text.
 * @param {string} text
 * @param {readonly string[]} gs
 */
export function codeOf(text, gs) {
  const narrow = text.replace(WIDE, (wide) => wide.normalize("NFKC"));
  return gs.filter(Boolean).reduce((so, way) => so.split(way).join(GS), narrow).trim();
}

/**
 * @param {readonly Stroke[]} strokes
 * @param {(stroke: Stroke) => string} of
 */
function textOf(strokes, of) {
  return strokes.map((stroke) => of(stroke)).join("");
}

/** @param {Stroke} stroke */
function uncapped({ character }) {
  const lower = character.toLowerCase();
  return lower === character ? character.toUpperCase() : lower;
}

/** @param {Stroke} stroke */
function uncappedFrench(stroke) {
  const { character, position } = stroke;
  const key = position ? (/\d/.test(position) ? Number(position) : ABOVE_DIGITS.indexOf(position)) : -1;
  if (key < 0) return uncapped(stroke);
  if (FRENCH.some((row) => row[key] === character)) return String(key);
  return character === String(key) ? FRENCH[0][key] : character;
}

/**
 * @param {string} text
 * @param {Readonly<Record<string, string>>} map what comes -> what is meant
 */
function mapped(text, map) {
  return Array.from(text, (character) => (character in map ? map[character] : character)).join("");
}
