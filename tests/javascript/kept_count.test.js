// What the panel of a count says of the newest scan that is not sent yet.

import assert from "node:assert/strict";
import { test } from "node:test";

import { panelWords } from "../../static/js/kept_count.js";
import { Walk } from "../../static/js/walk.js";
import { scan } from "./support.js";

const PLACES = [
  { code: "A-1", state: "to do", mine: false },
  { code: "A-2", state: "done", mine: false },
  { code: "A-3", state: "being counted", mine: false },
  { code: "A-4", state: "to do", mine: false },
];
const GOODS = new Map([["MUG", { name: "Mug, blue", units: 1, sku: "MUG-B" }], ["CASE", { name: "Mug, blue", units: 1200, sku: "MUG-B" }]]);

function words(...codes) {
  const walk = new Walk({ places: PLACES, here: null, said: true, find: (code) => GOODS.get(code) || null, elsewhere: new Set(["B-1"]) });
  const recorded = (sku) => (walk.here === "A-4" && sku === "MUG-B" ? 1 : 0);
  return panelWords(codes[codes.length - 1], walk.follow(codes.map((code) => scan(code))), recorded);
}

const PANELS = [
  {
    why: "a label says where the person is",
    codes: ["A-1"], says: { item: "Count what is there", number: "A-1", of: "", effect: "", sound: "kept" },
  },
  {
    why: "goods say how many, where, and what is kept there in all",
    codes: ["A-1", "MUG"], says: { item: "Mug, blue", number: "1", of: "at A-1", effect: "Kept here: 1 scan, 1 unit", sound: "kept" },
  },
  {
    why: "a case adds its units to those of the item, with a comma in their thousands",
    codes: ["A-1", "MUG", "CASE"], says: { item: "Mug, blue", number: "1,201", of: "at A-1", effect: "Kept here: 2 scans, 1,201 units", sound: "kept" },
  },
  {
    why: "units that are kept come on top of those on record",
    codes: ["A-4", "MUG", "MUG"], says: { item: "Mug, blue", number: "3", of: "at A-4", effect: "Kept here: 2 scans, 2 units", sound: "kept" },
  },
  {
    why: "a code that the device never met may stand for any number, or for nothing: its scans are said",
    codes: ["A-1", "471", "471"],
    says: { item: "471", number: "× 2", of: "at A-1", effect: "Not known here yet", sound: "kept" },
  },
  {
    why: "beside such a code only scans are summed up",
    codes: ["A-1", "471", "MUG"], says: { item: "Mug, blue", number: "1", of: "at A-1", effect: "Kept here: 2 scans", sound: "kept" },
  },
  {
    why: "a shelf of another section takes the person away",
    codes: ["A-1", "MUG", "B-1"],
    says: { item: "B-1 is not in this count", number: "", of: "", effect: "Nothing counts until you scan a shelf of this count", sound: "held" },
  },
  {
    why: "what follows it is held",
    codes: ["A-1", "B-1", "MUG"], says: { item: "Mug, blue", number: "1", of: "", effect: "No shelf: scan it, then this", sound: "held" },
  },
  {
    why: "goods at no shelf are held",
    codes: ["MUG"], says: { item: "Mug, blue", number: "1", of: "", effect: "No shelf: scan it, then this", sound: "held" },
  },
  {
    why: "a shelf that is done asks before it is counted again",
    codes: ["A-2"], says: { item: "A-2 is counted already: say yes to count it again", number: "", of: "", effect: "What follows counts nowhere", sound: "held" },
  },
  {
    why: "so does one that somebody else counts",
    codes: ["A-3"], says: { item: "A-3 has somebody else: say yes to count it again", number: "", of: "", effect: "What follows counts nowhere", sound: "held" },
  },
  {
    why: "a yes goes to the shelf that was asked about",
    codes: ["A-2", "CMD-CONFIRM"], says: { item: "Count what is there", number: "A-2", of: "", effect: "", sound: "kept" },
  },
  {
    why: "that nothing is there is kept, too",
    codes: ["A-1", "CMD-EMPTY"], says: { item: "Nothing is there", number: "", of: "at A-1", effect: "Kept here: nothing is there", sound: "kept" },
  },
  {
    why: "a command says what it does, after it was done",
    codes: ["A-1", "MUG", "CMD-UNDO"], says: { item: "Takes the last scan back", number: "", of: "at A-1", effect: "", sound: "kept" },
  },
  {
    why: "a command that the device does not know is named by its code",
    codes: ["A-1", "CMD-DANCE"], says: { item: "CMD-DANCE", number: "", of: "at A-1", effect: "", sound: "kept" },
  },
];

for (const { why, codes, says } of PANELS) {
  test(`panel of a count: ${why}`, () => assert.deepEqual(words(...codes), says));
}
