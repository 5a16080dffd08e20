// What unsent scans come to where goods are picked and then packed.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Known } from "../../static/js/known.js";
import { Parcel } from "../../static/js/parcel.js";
import { scan } from "./support.js";

const KNOWN = new Known({ lines: [[1, "Mug, blue", 3, 0, { MUG: 1 }], [2, "Desk lamp", 1, 0, { LAMP: 1 }]] });
const NOTHING = { picked: 0, packed: 0, gone: 0 };

function follow(codes, { packs = false, packing = "PACKING", mugs = {}, lamps = {} } = {}) {
  const lines = new Map([[1, { wanted: 3, ...NOTHING, ...mugs }], [2, { wanted: 1, ...NOTHING, ...lamps }]]);
  const parcel = new Parcel({ known: KNOWN, places: ["A-1", "PACKING"], packing, lines: () => lines });
  const steps = parcel.follow(codes.map((code) => (typeof code === "string" ? scan(code) : code)), packs);
  const missing = Array.from(lines.values()).reduce((units, { wanted, picked }) => units + Math.max(wanted - picked, 0), 0);
  return { parcel, steps, missing, now: Array.from(parcel.now(steps).values(), ({ scanned, expected }) => `${scanned} / ${expected}`) };
}

const PICKED = ["A-1", "MUG", "MUG", "MUG", "LAMP"];
const SHOWN = [
  { why: "picks count on the pick list", codes: ["A-1", "MUG"], now: ["1 / 3", "0 / 1"] },
  { why: "the label of packing turns the list to what is picked", codes: ["A-1", "MUG", "PACKING"], now: ["0 / 1", "0 / 0"] },
  { why: "what is packed counts there", codes: [...PICKED, "PACKING", "MUG", "LAMP"], now: ["1 / 3", "1 / 1"] },
  { why: "no more is packed than is picked", codes: ["A-1", "MUG", "PACKING", "MUG", "MUG"], now: ["1 / 1", "0 / 0"] },
  { why: "a shelf turns it back", codes: ["PACKING", "A-1", "MUG"], now: ["1 / 3", "0 / 1"] },
  { why: "undo takes out of the parcel", codes: [...PICKED, "PACKING", "MUG", "CMD-UNDO"], now: ["0 / 3", "0 / 1"] },
  { why: "a page on which all is packed", codes: [scan("MUG", { location: "PACKING" })], packs: true, mugs: { picked: 2 }, now: ["1 / 2", "0 / 0"] },
  { why: "what the shop sent already is not packed", codes: ["PACKING"], mugs: { picked: 3, packed: 1, gone: 1 }, now: ["1 / 2", "0 / 0"] },
  { why: "what is not there is not picked", codes: ["A-1", scan("MUG", { short: true, location: "A-1" })], now: ["0 / 3", "0 / 1"] },
  { why: "where nobody packs the list stays", codes: ["A-1", "MUG", "PACKING"], packing: "", now: ["1 / 3", "0 / 1"] },
];

for (const { why, codes, now, ...more } of SHOWN) test(why, () => assert.deepEqual(follow(codes, more).now, now));

const ASKED = [
  { why: "picked and not packed", codes: [...PICKED, "CMD-DONE"], says: ["All of it is picked", "Scan the label PACKING", "refused"] },
  { why: "picked in part", codes: ["A-1", "MUG", "CMD-DONE"], says: ["3 not picked", "Scan the label PACKING", "refused"] },
  { why: "packed in part", codes: [...PICKED, "PACKING", "MUG", "CMD-DONE"], says: ["3 not in the parcel yet", "Pack it first", "refused"] },
  { why: "packed and short", codes: ["A-1", "MUG", "PACKING", "MUG", "CMD-DONE"], says: ["3 not picked: ship it short?", "Scan CMD-CONFIRM to say yes", "held"] },
  { why: "to be shipped unpacked", codes: [...PICKED, "CMD-SHIP"], says: ["Ship it unpacked?", "Scan CMD-CONFIRM to say yes", "held"] },
  { why: "packed whole", codes: [...PICKED, "PACKING", "MUG", "MUG", "MUG", "LAMP", "CMD-DONE"], says: ["Ships", "", "kept"] },
  { why: "nothing picked", codes: ["CMD-DONE"], says: ["Nothing is picked", "There is nothing to ship", "refused"] },
  { why: "where nobody packs", codes: [...PICKED, "CMD-DONE"], packing: "", says: ["Ships", "", "kept"] },
];

for (const { why, codes, says, ...more } of ASKED) {
  test(`what the end asks: ${why}`, () => {
    const { parcel, steps, missing } = follow(codes, more);
    const { item, effect, sound } = parcel.asks(codes[codes.length - 1], steps, missing);
    assert.deepEqual([steps.end, item, effect, sound], ["asked", ...says]);
  });
}

test("a yes or a no answers the end, and no goods", () => {
  const answered = (answer) => follow([...PICKED, "CMD-SHIP", answer]).steps.end;
  assert.deepEqual(["CMD-CONFIRM", "CMD-LEAVE", "MUG"].map(answered), ["yes", "no", ""]);
});
