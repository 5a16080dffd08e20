// When keys are a code of a scanner, and when a person typed them. Times are ms; a scanner's keys come every 10.

import assert from "node:assert/strict";
import { test } from "node:test";

import { characterOf, endOf, isBurst, Keystrokes, lastRun } from "../../static/js/keystrokes.js";

const SCANNER_MS = 10;
const FINGER_MS = 150;

/** Type `text` from `from` on, a key every `every` ms; the time of the last key. */
function type(keystrokes, text, { field = null, every = SCANNER_MS, from = 1000 } = {}) {
  Array.from(text).forEach((character, i) => {
    keystrokes.add({ character, at: from + i * every }, field);
    if (field) field.value += character;
  });
  return from + (text.length - 1) * every;
}

/** What an end key or silence ended, as text. */
function said({ codes, ...more }) {
  return { codes: codes.map(textOf), ...more };
}

function textOf(strokes) {
  return strokes.map(({ character }) => character).join("");
}

/** Keystrokes on a device that knows these codes. */
function knowing(...codes) {
  return new Keystrokes((strokes) => codes.includes(textOf(strokes)));
}

/** Come to a field and type into it; what the end key ends. */
function typedInto(field, text, every) {
  const keystrokes = new Keystrokes();
  keystrokes.enter(field);
  const last = type(keystrokes, text, { field, every });
  return said(keystrokes.end(last + every, field));
}

test("outside of all fields any keys are a code, however slow", () => {
  for (const every of [SCANNER_MS, FINGER_MS]) {
    const keystrokes = new Keystrokes();
    const last = type(keystrokes, "MUG-B", { every });
    assert.deepEqual(said(keystrokes.end(last + every, null)), { codes: ["MUG-B"], swallow: true });
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
    assert.deepEqual(typedInto(field, text, every), { codes: code ? [code] : [], swallow: code !== "" });
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
    assert.deepEqual(typedInto(field, text, FINGER_MS).codes, code ? [code] : []);
    assert.equal(field.value, left);
  });
}

test("a barcode right after what a person typed takes out the barcode alone", () => {
  const field = { value: "", inputMode: "" };
  const keystrokes = new Keystrokes();
  keystrokes.enter(field);
  const last = type(keystrokes, "Rosa", { field, every: FINGER_MS });
  const end = type(keystrokes, "MUG-B", { field, from: last + FINGER_MS }) + SCANNER_MS;
  assert.deepEqual(said(keystrokes.end(end, field)).codes, ["MUG-B"]);
  assert.equal(field.value, "Rosa");
});

for (const [at, before, why] of [[1, "C", "its first key"], [4, "CARD", "some of its keys"]]) {
  test(`a scan that stalls after ${why} is one code, and leaves nothing in the field`, () => {
    const field = { value: "24", inputMode: "numeric" };
    const keystrokes = new Keystrokes();
    keystrokes.enter(field);
    const last = type(keystrokes, before, { field });
    const end = type(keystrokes, "CARD-4711".slice(at), { field, from: last + 90 }) + SCANNER_MS;
    assert.deepEqual(said(keystrokes.end(end, field)).codes, ["CARD-4711"]);
    assert.equal(field.value, "24");
  });
}

for (const ends of ["an end key", "silence"]) {
  test(`a long code right after typed words is the code alone, where ${ends} ends it`, () => {
    const field = { value: "", inputMode: "" };
    const keystrokes = new Keystrokes();
    keystrokes.enter(field);
    const last = type(keystrokes, "bowl", { field, every: 120 });
    const end = type(keystrokes, "9501101530072", { field, from: last + 120 });
    const ended = ends === "silence" ? keystrokes.quiet(end + 1000) : keystrokes.end(end + SCANNER_MS, field);
    assert.deepEqual(said(ended).codes, ["9501101530072"]);
    assert.equal(field.value, "bowl");
  });
}

test("a code that comes in two fields is no code of either", () => {
  const [first, second] = [{ value: "", inputMode: "" }, { value: "", inputMode: "" }];
  const keystrokes = new Keystrokes();
  const last = type(keystrokes, "MUG", { field: first });
  type(keystrokes, "-B", { field: second, from: last + SCANNER_MS });
  assert.deepEqual(keystrokes.end(last + 3 * SCANNER_MS, second).codes, []);
  assert.equal(second.value, "-B");
});

test("keys of a field are no beginning of a code outside of it", () => {
  const field = { value: "", inputMode: "" };
  const keystrokes = new Keystrokes();
  const last = type(keystrokes, "9", { field });
  const end = type(keystrokes, "MUG", { from: last + SCANNER_MS }) + SCANNER_MS;
  assert.deepEqual(said(keystrokes.end(end, null)).codes, ["MUG"]);
});

test("the next code starts anew", () => {
  const keystrokes = new Keystrokes();
  const last = type(keystrokes, "MUG");
  keystrokes.end(last + SCANNER_MS, null);
  const end = type(keystrokes, "LAMP", { from: last + 2 * SCANNER_MS }) + SCANNER_MS;
  assert.deepEqual(said(keystrokes.end(end, null)).codes, ["LAMP"]);
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
    assert.deepEqual(keystrokes.end(end + after, null), { codes: [], swallow });
  });
}

test("the first end key of a page means what it always means", () => {
  assert.equal(new Keystrokes().end(1, null).swallow, false);
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

const IN_A_SCAN = [
  { why: "RS of ISO/IEC 15434 comes as Ctrl+^", event: { key: "6", code: "Digit6", ctrlKey: true, shiftKey: true }, character: "\x1e" },
  { why: "and EOT as Ctrl+D", event: { key: "d", code: "KeyD", ctrlKey: true }, character: "\x04" },
  { why: "a digit of the keypad, though Num Lock is off", event: { key: "End", code: "Numpad1" }, character: "1" },
  { why: "a dead key types nothing by itself", event: { key: "Dead", code: "BracketLeft" }, character: "" },
  { why: "the key that this device's scanner sends for GS", event: { key: "F9", code: "F9" }, character: GS },
];

for (const { why, event, character } of IN_A_SCAN) {
  const key = { getModifierState: () => false, ...event };
  test(`keys of a scan: ${why}`, () => assert.equal(characterOf(key, { running: true, gsKey: "F9" }), character));
}

const ENDS = [
  { key: "Enter", ends: "always" },
  { key: "Tab", ends: "always" },
  { key: "\r", ends: "always" },
  { key: "ArrowDown", ends: "running" },
  { key: "Escape", ends: "running" },
  { key: "End", ends: "running" },
  { key: "m", code: "KeyM", ctrlKey: true, why: "a carriage return as a control character", ends: "running" },
  { key: "End", code: "Numpad1", why: "a digit of the keypad without Num Lock", ends: "" },
  { key: "F9", why: "keys with a number stand for GS on some scanners", ends: "" },
  { key: "Shift", ends: "" },
  { key: "m", code: "KeyM", ends: "" },
];

for (const { why, ends, ...event } of ENDS) {
  test(`${event.code || event.key} ends a code: ${ends || "never"}${why ? `, ${why}` : ""}`, () => {
    assert.equal(endOf({ getModifierState: () => false, code: "", ...event }), ends);
  });
}

/** Type several texts, each `pause` after the one before; what silence makes of them. */
function afterSilence(keystrokes, texts, { pause = 400, every = SCANNER_MS, field = null } = {}) {
  let from = 1000;
  for (const text of texts) from = type(keystrokes, text, { from, every, field }) + pause;
  const { codes, unsure } = keystrokes.quiet(from + 1000);
  return { codes: codes.map(textOf), unsure: textOf(unsure) };
}

const SILENCES = [
  { why: "a known code is one, however short", known: ["SET"], texts: ["SET"], codes: ["SET"] },
  { why: "six keys that fast are no hand's", texts: ["LAMP-1"], codes: ["LAMP-1"] },
  { why: "fewer may have been hit at once: said aloud", texts: ["asd"], unsure: "asd" },
  { why: "two keys are a person's", texts: ["12"] },
  { why: "nobody types a key every 50 ms", texts: ["4006381333931"], every: 50, codes: ["4006381333931"] },
  { why: "a fast typist comes to one every 80", texts: ["4006381333931"], every: 80 },
  { why: "two pulls of a trigger are two codes", texts: ["4006381333931", "4006381333948"], codes: ["4006381333931", "4006381333948"] },
  { why: "known codes need less of a pause between them", known: ["MUG-B", "LAMP"], texts: ["MUG-B", "LAMP"], pause: 160, codes: ["MUG-B", "LAMP"] },
  { why: "a stall in the middle of a known code makes no two", known: ["A-01-10", "A-01-1"], texts: ["A-01-1", "0"], pause: 250, codes: ["A-01-10"] },
  { why: "whether an unknown one stalled, nobody can say", texts: ["4006381", "333931"], pause: 250, unsure: "4006381333931" },
  { why: "nor whether one key was bumped", known: ["MUG-B"], texts: ["9", "MUG-B"], unsure: "9MUG-B" },
];

for (const { why, known = [], texts, pause, every, codes = [], unsure = "" } of SILENCES) {
  test(`after silence: ${why}`, () => assert.deepEqual(afterSilence(knowing(...known), texts, { pause, every }), { codes, unsure }));
}

test("where a scanner is set up, all keys are its own, however slow", () => {
  const keystrokes = new Keystrokes();
  keystrokes.trusting = true;
  assert.deepEqual(afterSilence(keystrokes, ["MUG"], { every: 200 }), { codes: ["MUG"], unsure: "" });
});

test("keys of a person stay until they are ended", () => {
  const keystrokes = new Keystrokes();
  const last = type(keystrokes, "MUG-B", { every: FINGER_MS });
  assert.deepEqual(keystrokes.quiet(last + 5000).codes, []);
  assert.deepEqual(said(keystrokes.end(last + 6000, null)).codes, ["MUG-B"]);
});

test("silence takes a code out of a field, too", () => {
  const field = { value: "Rosa", inputMode: "" };
  assert.deepEqual(afterSilence(new Keystrokes(), ["4006381333931"], { field }).codes, ["4006381333931"]);
  assert.equal(field.value, "Rosa");
});

test("in a field silence leaves short text alone, known or not: fast fingers type three letters at once", () => {
  const field = { value: "", inputMode: "" };
  const keystrokes = knowing("SET");
  keystrokes.endless = true;
  assert.deepEqual(afterSilence(keystrokes, ["SET"], { field, every: 40 }), { codes: [], unsure: "" });
  assert.equal(field.value, "SET");
});

test("after a code that silence ended, shorter ones are codes and a late end key does nothing", () => {
  const keystrokes = new Keystrokes();
  const quiet = type(keystrokes, "4006381333931") + 1000;
  keystrokes.quiet(quiet);
  assert.equal(keystrokes.endless, true);
  assert.deepEqual(keystrokes.end(quiet + 1500, null), { codes: [], swallow: true });
  assert.equal(keystrokes.endless, false, "since the scanner has an end key");
});

test("an end key after two known codes ends both", () => {
  const keystrokes = knowing("MUG-B", "LAMP");
  const last = type(keystrokes, "LAMP", { from: type(keystrokes, "MUG-B") + 300 });
  assert.deepEqual(said(keystrokes.end(last + SCANNER_MS, null)).codes, ["MUG-B", "LAMP"]);
});

test("an end key after a stall ends one code", () => {
  const keystrokes = knowing("4006381");
  const last = type(keystrokes, "333931", { from: type(keystrokes, "4006381") + 300 });
  assert.deepEqual(said(keystrokes.end(last + SCANNER_MS, null)).codes, ["4006381333931"]);
});

const BY_HAND = [
  { why: "digits of a hand are its own", text: "12", every: FINGER_MS, typed: "12" },
  { why: "two may come fast", text: "12", every: 40, typed: "12" },
  { why: "a scanner's are none", text: "123", every: SCANNER_MS, typed: "" },
  { why: "no number is so long", text: "4006381", every: 100, typed: "" },
];

for (const { why, text, every, typed } of BY_HAND) {
  test(`typed by hand: ${why}`, () => {
    const keystrokes = new Keystrokes();
    const last = type(keystrokes, text, { every });
    assert.equal(keystrokes.takeTyped(), typed);
    assert.deepEqual(said(keystrokes.end(last + every, null)).codes, typed ? [] : [text]);
  });
}

test("a code goes on where its field went away with the page in the middle of it", () => {
  for (const before of [1, 5, 13]) {
    const field = { value: "", inputMode: "", isConnected: true };
    const keystrokes = new Keystrokes();
    const code = "9501101530003";
    const last = type(keystrokes, code.slice(0, before), { field });
    field.isConnected = false;
    const end = before < code.length ? type(keystrokes, code.slice(before), { from: last + SCANNER_MS }) : last;
    assert.deepEqual(said(keystrokes.end(end + SCANNER_MS, null)), { codes: [code], swallow: true });
  }
});

test("what a hand typed into a field that went away is not part of the next code", () => {
  const field = { value: "", inputMode: "", isConnected: true };
  const keystrokes = new Keystrokes();
  const last = type(keystrokes, "mug", { field, every: FINGER_MS });
  field.isConnected = false;
  const end = type(keystrokes, "MUG-B", { from: last + FINGER_MS });
  assert.deepEqual(said(keystrokes.end(end + SCANNER_MS, null)).codes, ["MUG-B"]);
});
