// When keys are a code of a scanner, and when a person typed them. Times are ms; a scanner's keys come every 10.

import assert from "node:assert/strict";
import { test } from "node:test";

import { characterOf, codeOf, isBurst, Keystrokes, lastRun } from "../../static/js/keystrokes.js";

const SCANNER_MS = 10;
const FINGER_MS = 150;

/** Type `text` from `from` on, a key every `every` ms; the time of the last key. */
function type(keystrokes, text, { field = null, every = SCANNER_MS, from = 1000 } = {}) {
  Array.from(text).forEach((character, i) => {
    keystrokes.add(character, from + i * every, field);
    if (field) field.value += character;
  });
  return from + (text.length - 1) * every;
}

/** Come to a field and type into it; what the end key ends. */
function typedInto(field, text, every) {
  const keystrokes = new Keystrokes();
  keystrokes.enter(field);
  const last = type(keystrokes, text, { field, every });
  return keystrokes.end(last + every, field);
}

test("outside of all fields any keys are a code, however slow", () => {
  for (const every of [SCANNER_MS, FINGER_MS]) {
    const keystrokes = new Keystrokes();
    const last = type(keystrokes, "MUG-B", { every });
    assert.deepEqual(keystrokes.end(last + every, null), { code: "MUG-B", swallow: true });
  }
});

const INTO_FIELDS = [
  { why: "a barcode that a scanner typed is taken out again", text: "4006381333931", every: SCANNER_MS, code: "4006381333931", left: "Rosa" },
  { why: "what a person typed stays", text: "4006381333931", every: FINGER_MS, code: "", left: "Rosa4006381333931" },
  { why: "60 ms between keys is still a scanner", text: "MUG", every: 60, code: "MUG", left: "Rosa" },
  { why: "61 ms is not", text: "MUG", every: 61, code: "", left: "RosaMUG" },
  { why: "two keys are no barcode, however fast", text: "12", every: SCANNER_MS, code: "", left: "Rosa12" },
];

for (const { why, text, every, code, left } of INTO_FIELDS) {
  test(`in a field: ${why}`, () => {
    const field = { value: "Rosa", inputMode: "" };
    assert.deepEqual(typedInto(field, text, every), { code, swallow: code !== "" });
    assert.equal(field.value, left);
  });
}

const INTO_NUMBERS = [
  { why: "a slow scanner's barcode is too long for a number", text: "4006381", code: "4006381", left: "12" },
  { why: "six digits may be a number that a person typed", text: "400638", code: "", left: "12400638" },
];

for (const { why, text, code, left } of INTO_NUMBERS) {
  test(`in a quantity: ${why}`, () => {
    const field = { value: "12", inputMode: "numeric" };
    assert.equal(typedInto(field, text, FINGER_MS).code, code);
    assert.equal(field.value, left);
  });
}

test("a barcode right after what a person typed takes out the barcode alone", () => {
  const field = { value: "", inputMode: "" };
  const keystrokes = new Keystrokes();
  keystrokes.enter(field);
  const last = type(keystrokes, "Rosa", { field, every: FINGER_MS });
  const end = type(keystrokes, "MUG-B", { field, from: last + FINGER_MS }) + SCANNER_MS;
  assert.equal(keystrokes.end(end, field).code, "MUG-B");
  assert.equal(field.value, "Rosa");
});

test("a code that comes in two fields is no code of either", () => {
  const [first, second] = [{ value: "", inputMode: "" }, { value: "", inputMode: "" }];
  const keystrokes = new Keystrokes();
  const last = type(keystrokes, "MUG", { field: first });
  type(keystrokes, "-B", { field: second, from: last + SCANNER_MS });
  assert.equal(keystrokes.end(last + 3 * SCANNER_MS, second).code, "");
  assert.equal(second.value, "-B");
});

test("keys of a field are no beginning of a code outside of it", () => {
  const field = { value: "", inputMode: "" };
  const keystrokes = new Keystrokes();
  const last = type(keystrokes, "9", { field });
  const end = type(keystrokes, "MUG", { from: last + SCANNER_MS }) + SCANNER_MS;
  assert.equal(keystrokes.end(end, null).code, "MUG");
});

test("the next code starts anew", () => {
  const keystrokes = new Keystrokes();
  const last = type(keystrokes, "MUG");
  keystrokes.end(last + SCANNER_MS, null);
  const end = type(keystrokes, "LAMP", { from: last + 2 * SCANNER_MS }) + SCANNER_MS;
  assert.equal(keystrokes.end(end, null).code, "LAMP");
});

const SECOND_END_KEYS = [
  { why: "a line feed after the carriage return does nothing", after: 150, swallow: true },
  { why: "an Enter that a person presses later means what it always means", after: 151, swallow: false },
];

for (const { why, after, swallow } of SECOND_END_KEYS) {
  test(`an end key without a code: ${why}`, () => {
    const keystrokes = new Keystrokes();
    const end = type(keystrokes, "MUG") + SCANNER_MS;
    keystrokes.end(end, null);
    assert.deepEqual(keystrokes.end(end + after, null), { code: "", swallow });
  });
}

test("the first end key of a page means what it always means", () => {
  assert.equal(new Keystrokes().end(1, null).swallow, false);
});

test("text that comes without keys is a code once it is flushed", () => {
  const keystrokes = new Keystrokes();
  for (const character of "MUG") keystrokes.addText(character, 5);
  assert.equal(keystrokes.flush(), "MUG");
  assert.equal(keystrokes.flush(), "");
});

const BUMPED = [
  { why: "a key long before the code is dropped", times: [0, 1001, 1011, 1021], run: 3 },
  { why: "a pause of a second is no sign of it", times: [0, 1000, 1010, 1020], run: 4 },
  { why: "half a code is worse than a key too many", times: [0, 10, 20, 1030, 1040], run: 5 },
  { why: "what follows has to come as fast as a scanner types", times: [0, 1001, 1101, 1201], run: 4 },
];

for (const { why, times, run } of BUMPED) {
  test(`a bumped key: ${why}`, () => assert.equal(lastRun(times.map((at) => ({ character: "1", at }))).length, run));
}

test("the end key belongs to the burst", () => {
  const strokes = [0, 10, 20].map((at) => ({ character: "1", at }));
  assert.equal(isBurst(strokes, 80), true);
  assert.equal(isBurst(strokes, 81), false);
});

const GS = "\x1d";
const KEYS = [
  { why: "a letter is itself", event: { key: "m" }, character: "m" },
  { why: "a scanner may send GS as it is", event: { key: GS }, character: GS },
  { why: "or as F8", event: { key: "F8" }, character: GS },
  { why: "or as Ctrl+]", event: { key: "]", ctrlKey: true }, character: GS },
  { why: "or as that key of another layout", event: { key: "+", code: "BracketRight", ctrlKey: true }, character: GS },
  { why: "] alone is itself", event: { key: "]", code: "BracketRight" }, character: "]" },
  { why: "shortcuts are no text", event: { key: "c", ctrlKey: true }, character: null },
  { why: "with Alt neither", event: { key: "c", altKey: true }, character: null },
  { why: "nor with the system's key", event: { key: "c", metaKey: true }, character: null },
  { why: "a character that needs AltGr is text", event: { key: "@", ctrlKey: true, altKey: true, altGraph: true }, character: "@" },
  { why: "keys with a name are no text", event: { key: "Shift" }, character: null },
];

for (const { why, event, character } of KEYS) {
  test(`keys: ${why}`, () => assert.equal(characterOf({ getModifierState: () => Boolean(event.altGraph), ...event }), character));
}

test("what a warehouse's scanners type for GS becomes GS, and spaces around a code are dropped", () => {
  assert.equal(codeOf(" 0104006381333931~10LOT ", "~"), `0104006381333931${GS}10LOT`);
  assert.equal(codeOf("A~B", undefined), "A~B");
});
