// Where a person stands on a count while scans wait: three shelves, the first with something recorded, the third done.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Walk } from "../../static/js/walk.js";
import { scan } from "./support.js";

const GOODS = new Map([["MUG", { name: "Mug, blue", units: 1, sku: "MUG-B" }], ["CASE", { name: "Mug, blue", units: 12, sku: "MUG-B" }]]);
const PLACES = [
  { code: "A-1", state: "to do", mine: false },
  { code: "A-2", state: "to do", mine: false },
  { code: "A-3", state: "done", mine: false },
  { code: "A-4", state: "being counted", mine: false },
];

function walk(codes, { here = null, said = true, places = PLACES } = {}) {
  const scans = codes.map((code) => (typeof code === "string" ? scan(code) : code));
  return new Walk({ places, here, said, find: (code) => GOODS.get(code) || null, elsewhere: new Set(["B-1"]) }).follow(scans);
}

const MOVES = [
  { why: "a label to do is gone to", codes: ["A-1"], here: "A-1", states: { "A-1": "mine" } },
  { why: "a label with a space around it is the same label", codes: [" A-1 "], here: "A-1", states: { "A-1": "mine" } },
  { why: "a place that something was said of is done when it is left", codes: ["A-1", "MUG", "A-2"], here: "A-2", states: { "A-1": "done", "A-2": "mine" } },
  { why: "a place that nothing was said of stays to do", codes: ["A-1", "A-2"], here: "A-2", states: { "A-1": "to do" } },
  { why: "that nothing is there is something said", codes: ["A-1", "CMD-EMPTY", "A-2"], here: "A-2", states: { "A-1": "done" } },
  { why: "what was taken back was not said", codes: ["A-1", "MUG", "CMD-UNDO", "A-2"], here: "A-2", states: { "A-1": "to do" } },
  { why: "commands may be in small letters", codes: ["A-1", "MUG", "cmd-undo", "A-2"], here: "A-2", states: { "A-1": "to do" } },
  { why: "a place that is done is not gone to at once", codes: ["A-3"], here: null, states: { "A-3": "done" } },
  { why: "nor one that somebody else counts", codes: ["A-4"], here: null, states: { "A-4": "being counted" } },
  { why: "scanned twice it is asked about twice: the same label is no yes", codes: ["A-3", "A-3"], here: null, states: { "A-3": "done" } },
  { why: "so it is after a yes", codes: ["A-4", "CMD-CONFIRM"], here: "A-4", states: { "A-4": "mine" } },
  { why: "a scan with its yes in it needs no other", codes: [scan("A-3", { confirm: true })], here: "A-3", states: { "A-3": "mine" } },
  { why: "another scan between takes the question back", codes: ["A-3", "MUG", "A-3"], here: null, states: { "A-3": "done" } },
  { why: "undo answers the question with no, and takes back nothing", codes: ["A-1", "MUG", "A-3", "CMD-UNDO", "A-1"], here: "A-1", kept: { "A-1": 1 } },
  { why: "the place that was left for the question is still this person's", codes: ["A-1", "A-3"], here: null, states: { "A-1": "mine" } },
  { why: "at a place that is not of the count nothing counts", codes: ["A-1", "MUG", "B-1", "MUG"], here: null, states: { "A-1": "mine" }, kept: { "A-1": 1 } },
  { why: "from there it goes on at the place before", codes: ["A-1", "MUG", "B-1", "A-1", "MUG"], here: "A-1", kept: { "A-1": 2 } },
  { why: "a yes without a question changes nothing", codes: ["A-1", "CMD-CONFIRM"], here: "A-1", states: { "A-1": "mine" } },
];

for (const { why, codes, here, states = {}, kept = {} } of MOVES) {
  test(`walk: ${why}`, () => {
    const walked = walk(codes);
    assert.equal(walked.here, here);
    for (const [code, state] of Object.entries(states)) assert.equal(walked.stateOf(code), state, code);
    for (const [code, units] of Object.entries(kept)) assert.equal(walked.keptAt(code).units, units, code);
  });
}

test("the place in hand by the record is where the walk begins", () => {
  assert.equal(walk(["MUG"], { here: "A-1" }).keptAt("A-1").units, 1);
});

test("a place with something recorded is done when it is left without another scan", () => {
  assert.equal(walk(["A-2"], { here: "A-1", said: true }).stateOf("A-1"), "done");
  assert.equal(walk(["A-2"], { here: "A-1", said: false }).stateOf("A-1"), "to do");
});

test("a place that this person has begun is done when it is left, though no place is in hand", () => {
  const places = [{ code: "A-1", state: "being counted", mine: true }, { code: "A-2", state: "to do", mine: false }];
  assert.equal(walk(["A-2"], { places }).stateOf("A-1"), "done");
});

test("a place that this person has begun is gone back to without a question", () => {
  const places = [{ code: "A-1", state: "being counted", mine: true }];
  assert.equal(walk(["A-1"], { places }).here, "A-1");
});

test("a place that is counted again has nothing recorded any more", () => {
  const places = [{ code: "A-1", state: "done", mine: false }, { code: "A-2", state: "to do", mine: false }];
  const walked = walk(["A-1", "CMD-CONFIRM", "A-2"], { places });
  assert.deepEqual([...walked.anew], ["A-1"]);
  assert.equal(walked.stateOf("A-1"), "to do");
});

test("counting a place anew drops what was kept there before", () => {
  const walked = walk(["A-1", "MUG", "A-2", "A-1", "CMD-CONFIRM", "CASE"]);
  assert.equal(walked.keptAt("A-1").units, 12);
});

test("goods that are scanned at no place are kept nowhere, and still named", () => {
  const walked = walk(["MUG"]);
  assert.equal(walked.last.name, "Mug, blue");
  assert.deepEqual(walked.kept, []);
});

test("a scan of many cases counts the units of each", () => {
  const walked = walk(["A-1", scan("CASE", { quantity: 3 })]);
  assert.deepEqual(walked.keptAt("A-1"), { scans: 1, units: 36, sure: true });
});

test("a code that the device never met counts as one, and is not sure", () => {
  assert.deepEqual(walk(["A-1", "MUG", "4006381333931"]).keptAt("A-1"), { scans: 2, units: 2, sure: false });
});

test("rows add up by item, the last scanned first; a code that the device never met has a row of its own", () => {
  const rows = walk(["A-1", "MUG", "471", "CASE", "471", "MUG"]).rowsAt("A-1");
  assert.deepEqual(rows, [
    { code: "MUG", sku: "MUG-B", name: "Mug, blue", units: 14, sure: true },
    { code: "471", sku: "", name: "471", units: 2, sure: false },
  ]);
});

test("a place is empty when somebody said so and nothing was scanned there", () => {
  assert.equal(walk(["A-1", "CMD-EMPTY"]).isEmpty("A-1"), true);
  assert.equal(walk(["A-1", "CMD-EMPTY", "MUG"]).isEmpty("A-1"), false);
  assert.equal(walk(["A-1"]).isEmpty("A-1"), false);
  assert.equal(walk(["A-1", "CMD-EMPTY"]).isEmpty("A-2"), false);
});

const NEXT = [
  { why: "from the start where nobody stands anywhere", codes: [], next: "A-1" },
  { why: "the one after the place in hand", codes: ["A-1"], next: "A-2" },
  { why: "past the end from the start again", codes: ["A-2"], next: "A-1" },
  { why: "none where all are done or somebody's", codes: ["A-1", "MUG", "A-2"], next: null },
];

for (const { why, codes, next } of NEXT) {
  test(`the next place: ${why}`, () => assert.equal(walk(codes).next(), next));
}
