// Where a picker goes next while scans wait.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Known } from "../../static/js/known.js";
import { finder } from "../../static/js/next_stop.js";
import { stopWords, Way } from "../../static/js/way.js";
import { scan } from "./support.js";

const KNOWN = new Known({ lines: [[1, "Mug, blue", 3, 0, { MUG: 1, BOX: 2 }], [2, "Desk lamp", 1, 0, { LAMP: 1 }]] });
const STOPS = [
  { code: "A-1", sku: "MUG", units: 2 }, { code: "A-2", sku: "LAMP", units: 1 }, { code: "A-3", sku: "MUG", units: 1 },
];
const HIDDEN = STOPS.map((stop) => ({ ...stop, units: null }));

function left(codes, { stops = STOPS, needs = { MUG: 3, LAMP: 1 }, ...more } = {}) {
  const way = new Way({ stops, needs: new Map(Object.entries(needs)), find: finder(KNOWN, ["MUG", "LAMP"]), ...more });
  return way.follow(codes.map((code) => (typeof code === "string" ? scan(code) : code))).left()
    .map(({ code, sku, units }) => (units === null ? `${sku} at ${code}` : `${units} ${sku} at ${code}`));
}

const ONE = "2 MUG at A-1";
const TWO = "1 LAMP at A-2";
const THREE = "1 MUG at A-3";
const LEFT = [
  { why: "nothing is scanned", codes: [], is: [ONE, TWO, THREE] },
  { why: "a shelf is begun", codes: ["A-1", "MUG"], is: ["1 MUG at A-1", TWO, THREE] },
  { why: "a shelf is done", codes: ["A-1", "MUG", "MUG"], is: [TWO, THREE] },
  { why: "a box has two", codes: ["A-1", "BOX"], is: [TWO, THREE] },
  { why: "the shelf was scanned before the page came", codes: ["MUG", "MUG"], is: [TWO, THREE] },
  { why: "two shelves are done", codes: ["A-1", "MUG", "MUG", "A-2", "LAMP"], is: [THREE] },
  { why: "all is picked", codes: ["A-1", "MUG", "MUG", "A-2", "LAMP", "A-3", "MUG"], is: [] },
  { why: "the walk goes on from the shelf where the person stands, and back last", codes: ["A-2", "LAMP"], is: [THREE, ONE] },
  { why: "a shelf that is done already changes nothing", codes: ["A-1", "MUG", "MUG", "A-2", "A-1"], is: [TWO, THREE] },
  { why: "what is taken beyond the plan is taken nowhere else", codes: ["A-1", "MUG", "MUG", "MUG"], is: [TWO] },
  { why: "too many at once count for nothing", codes: ["A-1", "BOX", "BOX"], is: [TWO, THREE] },
  { why: "undo brings a shelf back", codes: ["A-1", "MUG", "MUG", "CMD-UNDO"], is: ["1 MUG at A-1", TWO, THREE] },
  { why: "undo at the next shelf, too", codes: ["A-1", "MUG", "MUG", "A-2", "CMD-UNDO"], is: [TWO, THREE, "1 MUG at A-1"] },
  { why: "undo of a recorded pick has no shelf here", codes: ["CMD-UNDO"], before: [{ sku: "MUG", units: 1 }], is: [ONE, TWO, THREE] },
  { why: "nothing more is there", codes: ["A-1", "MUG", "CMD-SHORT"], is: [TWO, THREE] },
  { why: "it is damaged", codes: ["CMD-SHORT-DAMAGED"], is: [TWO, THREE] },
  { why: "a button says so of another shelf", codes: [scan("LAMP", { short: true, location: "A-2" })], is: [THREE, ONE] },
  { why: "undo takes that back", codes: ["A-1", "CMD-SHORT", "CMD-UNDO"], is: [ONE, TWO, THREE] },
  { why: "other codes change nothing", codes: ["A-1", "9999", "CMD-DONE", "MUG", "CMD-UNDO"], is: [ONE, TWO, THREE] },
  { why: "a tote is taken back before the goods", codes: ["A-1", "MUG", "MUG", "TOTE-1", "CMD-UNDO"], totes: true, is: [TWO, THREE] },
  { why: "without numbers the shelf in hand stays until the next", codes: ["A-1", "MUG"], stops: HIDDEN, is: ["MUG at A-1", "LAMP at A-2", "MUG at A-3"] },
  { why: "without numbers the next shelf is next", codes: ["A-1", "MUG", "A-2"], stops: HIDDEN, is: ["LAMP at A-2", "MUG at A-3", "MUG at A-1"] },
];

for (const { why, codes, is, ...more } of LEFT) test(`what is left where ${why}`, () => assert.deepEqual(left(codes, more), is));

function inHand(codes) {
  const way = new Way({ stops: STOPS, needs: new Map([["MUG", 3], ["LAMP", 1]]), find: finder(KNOWN, ["MUG", "LAMP"]), totes: true });
  const { taken, put } = way.follow(codes.map((code) => scan(code))).inHand();
  return [Array.from(taken, ([{ code, sku }, units]) => `${units} ${sku} of ${code}`), put];
}

test("what is taken is in hand until a tote is scanned", () => {
  assert.deepEqual(inHand(["A-1", "MUG", "MUG", "A-2", "LAMP"]), [["2 MUG of A-1", "1 LAMP of A-2"], false]);
  assert.deepEqual(inHand(["A-1", "MUG", "TOTE-1", "A-2", "LAMP"]), [["1 LAMP of A-2"], true]);
  assert.deepEqual(inHand(["A-1", "MUG", "TOTE-1", "CMD-UNDO"]), [["1 MUG of A-1"], false]);
});

test("a line tells its shelves as the server does", () => {
  assert.equal(stopWords([STOPS[0], STOPS[2]]), " · take 2, then 1 at A-3");
  assert.equal(stopWords([HIDDEN[0], HIDDEN[2]]), ", then A-3");
});
