// What unsent scans come to where goods are picked and then packed.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Known } from "../../static/js/known.js";
import { Parcel } from "../../static/js/parcel.js";
import { scan } from "./support.js";

const KNOWN = new Known({ lines: [[1, "Mug, blue", 3, 0, { MUG: 1 }], [2, "Desk lamp", 1, 0, { LAMP: 1 }]] });
const NOTHING = { picked: 0, packed: 0, gone: 0 };

function follow(codes, { packs = false, packing = "PACKING", mugs = {}, lamps = {}, waiting = [] } = {}) {
  const lines = new Map([[1, { wanted: 3, ...NOTHING, ...mugs }], [2, { wanted: 1, ...NOTHING, ...lamps }]]);
  const parcel = new Parcel({ known: KNOWN, places: ["A-1", "PACKING"], packing, lines: () => lines, waiting: () => waiting });
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
  { why: "to be shipped unpacked", codes: [...PICKED, "CMD-SHIP"], says: ["Nothing was packed here: ship it?", "Scan CMD-CONFIRM to say yes", "held"] },
  { why: "packed whole", codes: [...PICKED, "PACKING", "MUG", "MUG", "MUG", "LAMP", "CMD-DONE"], says: ["Ship: waits for the network", "", "kept"] },
  { why: "nothing picked", codes: ["CMD-DONE"], says: ["Nothing is picked", "There is nothing to ship", "refused"] },
  { why: "short, and the supervisor waits", codes: ["A-1", "MUG", "PACKING", "MUG", "CMD-SHIP"], choice: "wait", says: ["3 not picked", "The supervisor wants it whole", "refused"] },
  { why: "whole, and the supervisor waits", codes: [...PICKED, "PACKING", "MUG", "MUG", "MUG", "LAMP", "CMD-SHIP"], choice: "wait", says: ["Ship: waits for the network", "", "kept"] },
  { why: "short, and the supervisor splits", codes: ["A-1", "MUG", "PACKING", "MUG", "CMD-SHIP"], choice: "split", says: ["3 not picked: ship it and keep the rest?", "Scan CMD-CONFIRM to say yes", "held"] },
  { why: "the rest is kept", codes: ["A-1", "MUG", "PACKING", "MUG", "CMD-BACKORDER"], says: ["3 not picked: ship it and keep the rest?", "Scan CMD-CONFIRM to say yes", "held"] },
  { why: "something waits", codes: ["A-1", "MUG", "MUG", "MUG", "CMD-DONE"], waiting: [["LAMP", 1]], says: ["1 waits: take that, and ship it short?", "CMD-CONFIRM says yes, CMD-LEAVE leaves it out", "held"] },
  { why: "what waited is answered", codes: ["A-1", "MUG", "MUG", "MUG", "CMD-CONFIRM", "CMD-SHIP"], waiting: [["LAMP", 1]], says: ["Nothing was packed here: ship it?", "Scan CMD-CONFIRM to say yes", "held"] },
  { why: "cancelled since it was packed", codes: ["CMD-SHIP"], mugs: { picked: 3, packed: 3 }, lamps: { wanted: 0, picked: 1, packed: 1 }, says: ["1 cancelled, take out: ship it?", "Scan CMD-CONFIRM to say yes", "held"] },
  { why: "where nobody packs", codes: [...PICKED, "CMD-DONE"], packing: "", says: ["Ship: waits for the network", "", "kept"] },
];

for (const { why, codes, says, ...more } of ASKED) {
  test(`what the end asks: ${why}`, () => {
    const { parcel, steps, missing } = follow(codes, more);
    const { item, effect, sound } = parcel.asks(steps, { missing, choice: more.choice || "" });
    assert.deepEqual([steps.end, item, effect, sound], ["asked", ...says]);
  });
}

test("a yes or a no answers the end, and no goods", () => {
  const answered = (answer) => follow([...PICKED, "CMD-SHIP", answer]).steps.end;
  assert.deepEqual(["CMD-CONFIRM", "CMD-LEAVE", "MUG"].map(answered), ["yes", "no", ""]);
});

const ANSWERED = [
  { why: "a yes ships", codes: [...PICKED, "CMD-SHIP", "CMD-CONFIRM"], says: "Ship: waits for the network" },
  { why: "a no ships nothing", codes: [...PICKED, "CMD-SHIP", "CMD-LEAVE"], says: "Not shipped" },
  { why: "a yes to a refused end ships nothing", codes: ["CMD-SHIP", "CMD-CONFIRM"], says: "Nothing is picked" },
  { why: "nor does it against the supervisor", codes: [...PICKED.slice(1, 4), "CMD-SHIP", "CMD-CONFIRM"], choice: "wait", says: "1 not picked" },
  { why: "a yes takes in what waits", codes: ["CMD-SHIP", "CMD-CONFIRM"], waiting: [["LAMP", 1]], says: "Ship: waits for the network" },
  { why: "a no leaves it out", codes: ["CMD-SHIP", "CMD-LEAVE"], mugs: { picked: 3 }, waiting: [["LAMP", 1]], says: "Ship: waits for the network" },
  { why: "what a yes takes in makes it whole", codes: ["CMD-SHIP", "CMD-CONFIRM"], mugs: { picked: 3 }, waiting: [["LAMP", 1]], choice: "wait", says: "Ship: waits for the network" },
  { why: "without it it is not whole", codes: ["CMD-SHIP", "CMD-LEAVE"], mugs: { picked: 3 }, waiting: [["LAMP", 1]], choice: "wait", says: "1 not picked" },
  { why: "no more is taken than is wanted", codes: ["CMD-SHIP", "CMD-CONFIRM"], mugs: { picked: 1 }, waiting: [["LAMP", 3]], choice: "wait", says: "2 not picked" },
  { why: "what a yes takes in is not packed yet", codes: ["CMD-SHIP", "CMD-CONFIRM"], mugs: { picked: 3, packed: 3 }, waiting: [["LAMP", 1]], says: "1 not in the parcel yet" },
];

for (const { why, codes, says, ...more } of ANSWERED) {
  test(`the answer to the end: ${why}`, () => {
    const { parcel, steps, missing } = follow(codes, more);
    assert.equal(parcel.answers(steps, { missing, choice: more.choice || "" }).item, says);
  });
}

test("the page is read once, however many lines and scans there are", () => {
  let reads = 0;
  const lines = () => (reads++, new Map([[1, { ...NOTHING, wanted: 3 }], [2, { ...NOTHING, wanted: 1 }]]));
  const parcel = new Parcel({ known: KNOWN, places: ["A-1", "PACKING"], packing: "PACKING", lines });
  const steps = parcel.follow([...PICKED, "PACKING", "MUG"].map((code) => scan(code)), false);
  parcel.now(steps);
  parcel.asks(steps, { missing: 4, choice: "" });
  assert.equal(reads, 1);
});
