// Where goods are taken from and what is in hand once the unsent scans are recorded.

import assert from "node:assert/strict";
import { test } from "node:test";

import { follow, handWords } from "../../static/js/taking.js";
import { scan } from "./support.js";

const GOODS = new Map([["MUG", { name: "Mug, blue", units: 1 }], ["CASE", { name: "Mug, blue", units: 12 }]]);
const PLACES = new Set(["A-1", "A-2", "DOCK"]);

function after(codes, { source = "", held = [] } = {}) {
  const scans = codes.map((code) => (typeof code === "string" ? scan(code) : code));
  const hand = follow(scans, {
    source, held, place: (code) => (PLACES.has(code) ? code : null), find: (code) => GOODS.get(code) || null,
  });
  return [hand.source, Array.from(hand.held.values(), ({ name, units }) => `${units} ${name}`).join(), handWords(hand, scans.length)];
}

const MUGS = [["Mug, blue", { name: "Mug, blue", units: 2 }]];
const ENDS = [
  { why: "an item is in hand", codes: ["MUG"], says: ["", "1 Mug, blue", "1 in your hand. Not sent yet: 1 scan"] },
  { why: "a place with an empty hand is the source", codes: ["A-1", "CASE"], says: ["A-1", "12 Mug, blue", "12 in your hand. Not sent yet: 2 scans"] },
  { why: "what is recorded adds up", codes: [scan("MUG", { quantity: 3 })], held: MUGS, says: ["", "5 Mug, blue", "5 in your hand. Not sent yet: 1 scan"] },
  { why: "a place with a full hand takes it all", codes: ["A-2"], held: MUGS, source: "A-1", says: ["A-1", "", "Not sent yet: 1 scan"] },
  { why: "undo takes the last one back", codes: ["A-1", "MUG", "CMD-UNDO"], says: ["A-1", "", "Not sent yet: 3 scans"] },
  { why: "undo of what is recorded leaves it open", codes: ["CMD-UNDO"], held: MUGS, says: ["", "2 Mug, blue", "Not sent yet: 1 scan"] },
  { why: "an unknown code has no number", codes: ["4006381333931"], says: ["", "1 4006381333931", "Not sent yet: 1 scan"] },
  { why: "a grade may be asked for its reason", codes: ["MUG", "CMD-DAMAGED"], says: ["", "1 Mug, blue", "Not sent yet: 2 scans"] },
];

for (const { why, codes, says, ...recorded } of ENDS) {
  test(why, () => assert.deepEqual(after(codes, recorded), says));
}
