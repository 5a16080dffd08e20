// What the keys of one label tell of a scanner. The label is that of `scanner/labels/set_up.py`.

import assert from "node:assert/strict";
import { test } from "node:test";

import { diagnose } from "../../static/js/diagnosis.js";
import { GS, read } from "../../static/js/readings.js";

const LABEL = `103456789-ABCDEFGHIJKL${GS}21MNOPQRSTUVWXYZaqwzym`;

/** The keys of the label on a device with another layout: `layout` has what it types where a keyboard of the USA types other signs. */
function keysOf({ layout = {}, gs = [{ character: GS, position: GS }], prefix = "", ends = ["Enter"], caps = false, places = true, every = 10 } = {}) {
  const typed = (character) => ({ character: character in layout ? layout[character] : character, ...(places ? { position: character } : {}), ...(caps ? { caps } : {}) });
  const all = [...prefix, ...LABEL].flatMap((character) => (character === GS ? gs : [typed(character)]));
  return [...all, ...ends.map((name) => ({ character: "", name }))].map((key, i) => ({ ...key, at: 1000 + i * every }));
}

function dict(from, to) {
  return Object.fromEntries(Array.from(from, (character, i) => [character, Array.from(to)[i]]));
}

const LOCK = dict("ABCDEFGHIJKLMNOPQRSTUVWXYZaqwzym", "abcdefghijklmnopqrstuvwxyzAQWZYM");
const FRENCH = dict("1234567890-qawzmQAWZM", "&é\"'(-è_çà)aqzw,AQZW?");
const GERMAN = dict("-yzYZ", "ßzyZY");
const FRENCH_ON_US = dict("1234567890-qawzmQAWZM", "!@#$%^&*()6aqzw;AQZW:"); // a scanner set for French, on a device that is not

const SCANNERS = [
  { why: "as it should be", keys: {}, setup: { end: "Enter" }, tones: ["good", "good", "good"] },
  { why: "Tab ends codes", keys: { ends: ["Tab"] }, setup: { end: "Tab" }, tones: ["good", "good", "good"] },
  { why: "two keys end codes", keys: { ends: ["ArrowDown", "Enter"] }, setup: { end: "ArrowDown Enter" }, tones: ["good", "good", "good"] },
  { why: "no end key", keys: { ends: [] }, setup: { end: "none" }, tones: ["kept", "good", "good"] },
  { why: "a French device", keys: { layout: FRENCH }, setup: { byPosition: true, end: "Enter" }, tones: ["good", "kept", "good"] },
  { why: "a German device", keys: { layout: GERMAN }, setup: { byPosition: true, end: "Enter" }, tones: ["good", "kept", "good"] },
  { why: "Caps Lock", keys: { layout: LOCK, caps: true }, setup: { end: "Enter" }, tones: ["good", "kept", "good"] },
  { why: "GS as another key", keys: { gs: [{ character: "", name: "F9" }] }, setup: { gsKey: "F9", end: "Enter" }, tones: ["good", "good", "kept"] },
  { why: "GS as text", keys: { gs: [{ character: "^" }, { character: "]" }] }, setup: { gs: ["^]"], end: "Enter" }, tones: ["good", "good", "kept"] },
  { why: "GS as a text of a French device", keys: { layout: FRENCH, gs: [{ character: "£", position: "|" }] }, setup: { byPosition: true, gs: ["£", "|"], end: "Enter" }, tones: ["good", "kept", "kept"] },
  { why: "GS as a word", keys: { gs: Array.from("<GS>", (character) => ({ character })) }, setup: { gs: ["<GS>"], end: "Enter" }, tones: ["good", "good", "kept"] },
  { why: "no GS", keys: { gs: [] }, setup: { end: "Enter" }, tones: ["good", "good", "bad"] },
  { why: "GS as a letter", keys: { gs: [{ character: "X" }] }, setup: { end: "Enter" }, tones: ["good", "good", "bad"] },
  { why: "a symbology identifier in front", keys: { prefix: "]C1" }, setup: { end: "Enter" }, tones: ["good", "good", "good", "good"] },
  { why: "one, on a French device", keys: { prefix: "]C1", layout: { ...FRENCH, "]": "$" } }, setup: { byPosition: true, end: "Enter" }, tones: ["good", "kept", "good", "good"] },
  { why: "another prefix", keys: { prefix: "~" }, setup: { end: "Enter" }, tones: ["good", "good", "good", "bad"] },
  { why: "slow keys", keys: { every: 80 }, setup: { end: "Enter" }, tones: ["good", "good", "good", "bad"] },
];

for (const { why, keys, setup, tones } of SCANNERS) {
  test(`a scanner is found out: ${why}`, () => {
    const said = diagnose(keysOf(keys), true, LABEL);
    assert.deepEqual(said.setup, setup);
    assert.deepEqual(said.findings.map(({ tone }) => tone), tones);
  });
}

const MAPPED = [
  { why: "a scanner set for French, on a device of the USA", keys: { layout: FRENCH_ON_US, places: false }, came: "HQ6!!@;", meant: "HA-112m" },
  { why: "keys without a place, on a French device", keys: { layout: FRENCH, places: false }, came: "HQ)&&é,", meant: "HA-112m" },
  { why: "capitals the wrong way round", keys: { layout: LOCK }, came: "ha-112Q", meant: "HA-112q" },
];

for (const { why, keys, came, meant } of MAPPED) {
  test(`what came is put right: ${why}`, () => {
    const { setup } = diagnose(keysOf(keys), true, LABEL);
    assert.equal(read(Array.from(came, (character) => ({ character, at: 1 })), setup, () => null).code, meant);
  });
}

const LOSSES = [
  { why: "a key is lost", change: (keys, at) => keys.filter((_, i) => i !== at) },
  { why: "a key comes twice", change: (keys, at) => [...keys.slice(0, at + 1), ...keys.slice(at)] },
];
const LABEL_KEYS = [{}, { layout: FRENCH }, { layout: FRENCH, places: false }, { layout: GERMAN, places: false }, { gs: [{ character: "|" }] }, { gs: [] }];

for (const { why, change } of LOSSES) {
  test(`nothing wrong is kept, whichever key it is: ${why}`, () => {
    for (const how of LABEL_KEYS) {
      const keys = keysOf({ ...how, ends: [] });
      const whole = diagnose(keys, true, LABEL).setup;
      for (let at = 0; at < keys.length; at += 1) {
        const { setup } = diagnose(change(keys, at), true, LABEL);
        if (!setup) continue;
        assert.deepEqual({ ...setup, gs: 0 }, { ...whole, gs: 0 }, `${JSON.stringify(how)}, key ${at}`); // GS itself, or a prefix
        assert.ok((setup.gs || []).every((way) => !/[A-Za-z0-9]/.test(way)), `${JSON.stringify(how)}, key ${at}: ${setup.gs}`);
      }
    }
  });
}

const OTHERS = [
  { why: "another code", keys: Array.from("4006381333931", (character) => ({ character, at: 1 })) },
  { why: "nothing", keys: [] },
  { why: "a key got lost", keys: keysOf().filter((_, i) => i !== 5) },
  { why: "two keys that come alike", keys: keysOf({ layout: dict("AB", "XX"), places: false }) },
];

for (const { why, keys } of OTHERS) {
  test(`nothing is kept: ${why}`, () => {
    const { setup, findings } = diagnose(keys, false, LABEL);
    assert.equal(setup, null);
    assert.equal(findings[0].tone, "bad");
  });
}
