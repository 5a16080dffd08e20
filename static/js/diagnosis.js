// @ts-check
// Finds out how a scanner types, from the keys that came of one label whose content is known. Loaded on its set-up page alone.

import { GS } from "./readings.js";

/** @import { Stroke } from "./keystrokes.js" */
/** @import { Setup } from "./types.d.ts" */

const LONGEST_PREFIX = 5; // a symbology identifier, ISO/IEC 15424, and perhaps characters that somebody set
const LONGEST_GS = 6;
const SLOW_MS = 50;

/**
 * @typedef {Stroke & {name?: string}} Key a stroke, or a key with a name that types nothing
 * @typedef {object} Finding
 * @property {"good" | "kept" | "bad"} tone understood as it is; understood from now on; to be changed in the scanner
 * @property {string} words
 * @property {string} [more] what to change
 * @typedef {{setup: Setup | null, findings: Finding[]}} Diagnosis `setup`: what is to be kept; null where nothing is sure
 * @typedef {{prefix: Key[], pairs: [Key, string][], middle: Key[]}} Aligned keys beside what they mean, and what came before and between
 */

/**
 * How the scanner types.
 * @param {readonly Key[]} keys all that came, in order
 * @param {boolean} silent whether silence ended the code
 * @param {string} expected the content of the label, with one GS
 * @returns {Diagnosis}
 */
export function diagnose(keys, silent, expected) {
  const { typed, ends } = endsOf(keys);
  const aligned = align(typed, expected);
  if (!aligned) return { setup: null, findings: [notTheLabel(typed, expected)] };
  const layout = layoutOf(aligned.pairs);
  const gs = gsOf(aligned.middle);
  const end = ends.length ? ends.join(" ") : silent ? "none" : "text";
  const findings = [endFound(end), ...layout.findings, gs.finding, ...prefixFound(aligned.prefix), ...speedFound(typed)];
  return { setup: layout.hopeless ? null : { ...layout.setup, ...gs.setup, end }, findings };
}

/** @param {readonly Key[]} keys */
function endsOf(keys) {
  let last = keys.length;
  while (last && keys[last - 1].name) last -= 1;
  return { typed: keys.slice(0, last), ends: keys.slice(last).map(({ name = "" }) => name) };
}

/**
 * Which key stands for which character: where the same key always means the same.
 * @param {readonly Key[]} typed
 * @param {string} expected
 * @returns {Aligned | null}
 */
function align(typed, expected) {
  const [head, tail] = expected.split(GS);
  const spare = typed.length - head.length - tail.length;
  for (let prefix = 0; prefix <= Math.min(spare, LONGEST_PREFIX); prefix += 1) {
    if (spare - prefix > LONGEST_GS) continue;
    const from = typed.length - tail.length;
    const said = [...typed.slice(prefix, prefix + head.length), ...typed.slice(from)];
    /** @type {[Key, string][]} */
    const pairs = said.map((key, i) => [key, (head + tail)[i]]);
    const middle = typed.slice(prefix + head.length, from);
    if (!said.some(({ name }) => name) && (byPosition(pairs) || isLayout(pairs)) && isGs(middle, said[head.length - 1], typed[from])) {
      return { prefix: typed.slice(0, prefix), pairs, middle };
    }
  }
  return null;
}

/**
 * Whether keys between the two parts may be GS, and no key of a part that came twice, or that belongs there in its place.
 * @param {readonly Key[]} middle
 * @param {Key} before
 * @param {Key} after
 */
function isGs(middle, before, after) {
  const came = middle.map(({ character }) => character);
  if (!came.length) return /\p{L}/u.test(before.character);
  return came.length === 1 || (came[0] !== before.character && came[came.length - 1] !== after.character && !came.includes(GS));
}

/**
 * Whether the pairs are those of a keyboard: no layout turns a digit into another one, or some alone into signs, and letters only
 * change places in twos. Else a key was lost, and all after it say something else.
 * @param {[Key, string][]} pairs
 */
function isLayout(pairs) {
  const came = new Map(pairs.map(([{ character }, meant]) => [meant.toLowerCase(), character.toLowerCase()]));
  const digits = pairs.some(([{ character }, meant]) => /\d/.test(meant) && character === meant);
  return oneToOne(pairs) && pairs.every(([{ character }, meant]) => {
    if (/\d/.test(meant) && (digits ? !/\p{L}/u.test(character) : /\d/.test(character))) return character === meant;
    const [one, other] = [character.toLowerCase(), meant.toLowerCase()];
    return character !== GS && (!/[a-z]/.test(one) || !/[a-z]/.test(other) || came.get(one) === other);
  });
}

/** @param {[Key, string][]} pairs */
function byPosition(pairs) {
  return pairs.every(([{ position }, meant]) => position === meant);
}

/** @param {[Key, string][]} pairs */
function oneToOne(pairs) {
  const [there, back] = [new Map(), new Map()];
  for (const [{ character }, meant] of pairs) {
    there.set(character, there.has(character) ? there.get(character) : meant);
    back.set(meant, back.has(meant) ? back.get(meant) : character);
  }
  return pairs.every(([{ character }, meant]) => character && there.get(character) === meant && back.get(meant) === character);
}

/**
 * @param {[Key, string][]} pairs
 * @returns {{setup: Setup, findings: Finding[], hopeless?: boolean}}
 */
function layoutOf(pairs) {
  const caps = pairs.some(([key]) => key.caps);
  if (pairs.every(([{ character }, meant]) => character === meant)) return { setup: {}, findings: [good("Letters, digits and the hyphen come as they are printed.")] };
  /** @type {Finding[]} */
  const lock = caps ? [kept("Caps Lock is on. Codes are understood anyway; switch it off to type by hand.")] : [];
  if (pairs.every(([{ character }, meant]) => turned(character) === meant)) {
    if (caps) return { setup: {}, findings: lock };
    return { setup: { map: mapOf(pairs) }, findings: [kept("Capitals and small letters come the wrong way round. They are turned back on this device.")] };
  }
  const name = `The scanner types for another keyboard than this device's${nameOf(pairs)}.`;
  if (byPosition(pairs)) return { setup: { byPosition: true }, findings: [kept(`${name} Every key is understood by its place from now on.`), ...lock] };
  if (caps) return { setup: {}, hopeless: true, findings: [bad(`${name} Caps Lock is on as well.`, "Switch Caps Lock off, then scan the label again.")] };
  return {
    setup: { map: mapOf(pairs) },
    findings: [
      kept(`${name} Letters, digits and the hyphen are put right on this device from now on.`),
      bad("Other characters, such as / and +, may still come wrong.", "Set the scanner's “keyboard layout” or “country code” to that of this device."),
    ],
  };
}

/**
 * What comes -> what is meant, where the two differ.
 * @param {[Key, string][]} pairs
 */
function mapOf(pairs) {
  /** @type {Record<string, string>} */
  const map = {};
  for (const [{ character }, meant] of pairs) {
    if (character !== meant) map[character] = meant;
    const small = meant.toLowerCase();
    // A key types its capital with shift: the label has the small letters of those alone that layouts move.
    if (meant !== small && character.toLowerCase() !== character) map[character.toLowerCase()] = small;
  }
  return Object.fromEntries(Object.entries(map).filter(([came, meant]) => came !== meant));
}

/**
 * The layout of the device, as far as its signs tell.
 * @param {[Key, string][]} pairs
 */
function nameOf(pairs) {
  /** @param {string} meant */
  const came = (meant) => (pairs.find(([, each]) => each === meant) || [{ character: "" }])[0].character;
  if (/[&!]/.test(came("1")) && /^[aq]$/i.test(came("Q"))) return ": one of them is French (AZERTY)";
  if (/^[zy]$/i.test(came("Y")) && came("Y").toUpperCase() !== "Y") return ": one of them is German (QWERTZ)";
  return came("-") !== "-" ? `: the hyphen comes as ${came("-")}` : "";
}

/**
 * How GS comes, which parts a lot from a serial.
 * @param {readonly Key[]} middle
 * @returns {{setup: Setup, finding: Finding}}
 */
function gsOf(middle) {
  const text = middle.map(({ character }) => character).join("");
  const places = middle.map(({ character, position }) => position || character).join("");
  const [only] = middle;
  if (!middle.length) return { setup: {}, finding: bad("GS is not sent. Codes with a lot and a serial in them run together.", "In the scanner's manual, look for “transmit control characters”, “function key mapping” or “GS replacement”, and switch it on.") };
  if (text.includes(GS)) return { setup: {}, finding: good("GS, which parts a lot from a serial, is understood.") };
  if (middle.length === 1 && only.name) return { setup: { gsKey: only.name }, finding: kept(`GS comes as the key ${only.name}. It is understood from now on.`) };
  if (middle.some(({ name }) => name) || /^[A-Za-z0-9-]$/.test(text)) return { setup: {}, finding: bad(`GS comes as “${text || only.name}”, which also stands in codes.`, "Have the scanner send GS as Ctrl+], or as a character that stands in no code, such as |.") };
  return { setup: { gs: Array.from(new Set([text, places])) }, finding: kept(`GS comes as “${text}”. It is understood from now on.`) };
}

/** @param {string} end */
function endFound(end) {
  if (end === "none") return kept("No key ends a code: silence does, so each takes half a second longer. Have the scanner send Enter (“suffix CR”) to be faster.");
  return good(end === "text" ? "A line end ends a code." : `${end.split(" ").join(" and ")} ends a code.`);
}

/**
 * @param {readonly Key[]} prefix
 * @returns {Finding[]}
 */
function prefixFound(prefix) {
  const text = prefix.map(({ character, position }) => position || character).join("");
  if (!text) return [];
  if (/^\][A-Za-z]\d$/.test(text)) return [good("The kind of barcode is sent along, which makes codes surer.")];
  return [bad(`“${text}” comes in front of each code.`, "Take the prefix away in the scanner: codes would not be known.")];
}

/**
 * @param {readonly Key[]} typed
 * @returns {Finding[]}
 */
function speedFound(typed) {
  const times = typed.map(({ at }) => at).filter(Boolean);
  const each = (times[times.length - 1] - times[0]) / (times.length - 1);
  if (!(each > SLOW_MS)) return [];
  return [bad(`Keys come slowly, one in ${Math.round(each)} ms: they look like those of a hand.`, "Set “inter-character delay” to 0.")];
}

/**
 * @param {readonly Key[]} typed
 * @param {string} expected
 */
function notTheLabel(typed, expected) {
  const came = `${typed.length} keys came, ${expected.length} were expected.`;
  return bad(`That was not this label, or keys got lost: ${came}`, "Scan the label again. If the same comes again, set “inter-character delay” to 5 ms, and the scanner's keyboard to that of this device.");
}

/** @param {string} character */
function turned(character) {
  const small = character.toLowerCase();
  return small === character ? character.toUpperCase() : small;
}

/**
 * @param {string} words
 * @returns {Finding}
 */
function good(words) {
  return { tone: "good", words };
}

/**
 * @param {string} words
 * @returns {Finding}
 */
function kept(words) {
  return { tone: "kept", words };
}

/**
 * @param {string} words
 * @param {string} more
 * @returns {Finding}
 */
function bad(words, more) {
  return { tone: "bad", words, more };
}
