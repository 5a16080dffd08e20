// What keys may say, on keyboards of other layouts and with Caps Lock. The strokes are those of a scanner set for the USA.

import assert from "node:assert/strict";
import { test } from "node:test";

import { capsOf, codeOf, doubtOf, GS, positionOf, read, readingsOf } from "../../static/js/readings.js";

/** Strokes that typed `text`, where a keyboard of the USA would have typed `meant`. */
function strokes(text, meant, { caps = false } = {}) {
  return Array.from(text, (character, i) => ({ character, at: i, position: meant[i], ...(caps ? { caps } : {}) }));
}

/** A device that knows these codes. */
function knows(...codes) {
  return (code) => codes.find((known) => known.toLowerCase() === code.toLowerCase()) || null;
}

const KEYS = [
  { why: "a letter", event: { code: "KeyQ", key: "a" }, position: "q" },
  { why: "with shift", event: { code: "KeyQ", key: "A", shiftKey: true }, position: "Q" },
  { why: "whatever Caps Lock says", event: { code: "KeyQ", key: "a", shiftKey: true }, position: "Q" },
  { why: "a capital of a keyboard that tells of no shift", event: { code: "KeyQ", key: "A" }, position: "Q" },
  { why: "a digit", event: { code: "Digit1", key: "&" }, position: "1" },
  { why: "above it", event: { code: "Digit1", key: "1", shiftKey: true }, position: "!" },
  { why: "of the keypad", event: { code: "Numpad7", key: "Home" }, position: "7" },
  { why: "the hyphen", event: { code: "Minus", key: "ß" }, position: "-" },
  { why: "the underscore", event: { code: "Minus", key: "?", shiftKey: true }, position: "_" },
  { why: "a key that no keyboard of the USA has", event: { code: "IntlBackslash", key: "<" }, position: "" },
  { why: "a key that says no place", event: { code: "", key: "a" }, position: "" },
];

for (const { why, event, position } of KEYS) {
  test(`the place of a key: ${why}`, () => assert.equal(positionOf({ getModifierState: () => false, ...event }), position));
}

const LOCKS = [
  { why: "the browser says so", event: { key: "1", locked: true }, caps: true },
  { why: "a small letter with shift", event: { key: "a", shiftKey: true }, caps: true },
  { why: "a capital with shift is as usual", event: { key: "A", shiftKey: true }, caps: false },
  { why: "a capital alone may be of a keyboard that tells of no shift", event: { key: "A" }, caps: false },
  { why: "a sign has no case", event: { key: "ß", shiftKey: false }, caps: false },
];

for (const { why, event, caps } of LOCKS) {
  test(`Caps Lock: ${why}`, () => assert.equal(capsOf({ getModifierState: () => Boolean(event.locked), ...event }), caps));
}

const KNOWN = [
  { why: "as it is", came: "HA112", meant: "HA112", code: "HA112" },
  { why: "digits of a French keyboard", came: "HA&&é", meant: "HA112", code: "HA112" },
  { why: "the hyphen of a German one", came: "CMDßUNDO", meant: "CMD-UNDO", code: "CMD-UNDO" },
  { why: "y and z of a German one", came: "LAZY", meant: "LAYZ", code: "LAYZ" },
  { why: "the hyphen of a Spanish one", came: "A'01", meant: "A-01", code: "A-01" },
  { why: "the hyphen of a Swedish one", came: "A+01", meant: "A-01", code: "A-01" },
  { why: "letters of a Russian one", came: "ЬГП", meant: "MUG", code: "MUG" },
  { why: "letters that Caps Lock turned round", came: "mug", meant: "MUG", caps: true, code: "MUG" },
  { why: "a scanner set for French, and Caps Lock", came: "mug6&", meant: "MUG6!", caps: true, known: "MUG-1", code: "MUG-1" },
];

for (const { why, came, meant, caps, known, code } of KNOWN) {
  test(`a known code is found: ${why}`, () => {
    const reading = read(strokes(came, meant, { caps }), {}, knows(known || code));
    assert.deepEqual([reading.code, reading.known, reading.doubt], [code, true, ""]);
  });
}

test("what came is believed where it is known, whatever the keys' places say", () => {
  const reading = read(strokes("LAZY", "LAYZ"), {}, knows("LAZY", "LAYZ"));
  assert.deepEqual([reading.code, reading.byPosition], ["LAZY", false]);
});

test("a code that the places of its keys alone tell says so", () => {
  assert.equal(read(strokes("HA&&é", "HA112"), {}, knows("HA112")).byPosition, true);
});

test("a code that is known as it came says so, where codes were known by the places of keys before", () => {
  assert.equal(read(strokes("HA-112", "HA6!!@"), { byPosition: true }, knows("HA-112")).asItCame, true);
  assert.equal(read(strokes("HA&&é", "HA112"), { byPosition: true }, knows("HA112")).asItCame, false);
});

test("what nobody knows stays as it came, with what it may be instead", () => {
  const { code, known, others, doubt } = read(strokes("HA&&é", "HA112"), {}, knows());
  assert.deepEqual({ code, known, others, doubt }, { code: "HA&&é", known: false, others: ["HA112"], doubt: "layout" });
});

const UNKNOWN = [
  { why: "small letters while Caps Lock is on are capitals", came: "mug-9", meant: "MUG-9", code: "MUG-9" },
  { why: "of capitals nobody can say", came: "MUG-9", meant: "mug-9", code: "MUG-9" },
];

for (const { why, came, meant, code } of UNKNOWN) {
  test(`an unknown code: ${why}`, () => assert.equal(read(strokes(came, meant, { caps: true }), {}, knows()).code, code));
}

const SET_UP = [
  { why: "keys by their place", setup: { byPosition: true }, came: "àé&", meant: "021", code: "021" },
  { why: "characters as the label showed them", setup: { map: { "!": "1", "@": "2" } }, came: "!@-", meant: "!@-", code: "12-" },
  { why: "another text for GS", setup: { gs: ["^]"] }, came: "10A^]21B", meant: "10A^]21B", code: `10A${GS}21B` },
  { why: "the text for GS by its keys' places", setup: { byPosition: true, gs: ["^]"] }, came: "A¨$B", meant: "A^]B", code: `A${GS}B` },
];

for (const { why, setup, came, meant, code } of SET_UP) {
  test(`a scanner that is set up: ${why}`, () => assert.equal(read(strokes(came, meant), setup, knows()).code, code));
}

test("a second scanner, which types what the device expects, is understood after the first was set up", () => {
  assert.equal(read(strokes("HA-112", "HA6!!@"), { byPosition: true }, knows("HA-112")).code, "HA-112");
});

const DOUBTS = [
  { why: "letters of another alphabet", came: "ЬГП", meant: "MUG", doubt: "layout" },
  { why: "digits that are none", came: "'ààè", meant: "4007", doubt: "layout" },
  { why: "digits that are none, from keys without a place", came: "('&&(&", meant: [], doubt: "layout" },
  { why: "a hyphen that is none", came: "A'01", meant: "A-01", doubt: "layout" },
  { why: "a scanner set for French on a French keyboard is well", came: "HA-112", meant: "HA6!!@", doubt: "" },
  { why: "small letters may be meant so", came: "nothing", meant: "nothing", doubt: "" },
  { why: "not where Caps Lock is on", came: "mug", meant: "MUG", caps: true, doubt: "caps" },
  { why: "digits have no case", came: "4006", meant: "4006", caps: true, doubt: "" },
];

for (const { why, came, meant, caps, doubt } of DOUBTS) {
  test(`what seems wrong: ${why}`, () => assert.equal(doubtOf(strokes(came, meant, { caps }), came), doubt));
}

const SPELT = [
  { why: "another character for GS", text: " 0104006381333931~10LOT ", gs: ["~"], code: `0104006381333931${GS}10LOT` },
  { why: "no character is set", text: "A~B", gs: [""], code: "A~B" },
  { why: "digits of full width", text: "４００６", gs: [], code: "4006" },
  { why: "a code of full width", text: "ＭＵＧ－Ｂ　", gs: [], code: "MUG-B" },
  { why: "what is no wide character stays", text: "10²½", gs: [], code: "10²½" },
];

for (const { why, text, gs, code } of SPELT) {
  test(`the text of a code: ${why}`, () => assert.equal(codeOf(text, gs), code));
}

test("without a place a key says what it typed", () => {
  assert.deepEqual(readingsOf([{ character: "A", at: 1 }, { character: "B", at: 2, position: "b" }], {}), ["AB", "Ab"]);
});
