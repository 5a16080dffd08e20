// What a page with lines shows of scans that are not sent yet.

import assert from "node:assert/strict";
import { test } from "node:test";

import { lineWords, titleOf } from "../../static/js/kept.js";
import { Known } from "../../static/js/known.js";
import { Tally } from "../../static/js/tally.js";
import { scan } from "./support.js";

// Two lines of mugs, one of lamps: 10 of 12 mugs and 0 of 12, 5 of 6 lamps.
const LINES = [
  [1, "Mug, blue", 12, 10, { MUG: 1, CASE: 12 }],
  [2, "Mug, blue", 12, 0, { MUG: 1, CASE: 12 }],
  [3, "Desk lamp", 6, 5, { LAMP: 1 }],
];
const KNOWN = new Known({ lines: LINES });

function tally(lines = LINES, waiting = []) {
  const recorded = new Map(lines.map(([id, , expected, scanned]) => [id, { expected, scanned }]));
  return new Tally(KNOWN, (id) => recorded.get(id) || null, () => waiting);
}

/** What the scans come to: how far the goods of the newest are, what waits of them, and what the newest did. */
function replayed(codes, { lines, waiting, before = [] } = {}) {
  const counting = tally(lines, waiting);
  for (const [signal, code, units] of before) counting.learn(signal, KNOWN.find(code), units);
  const { step } = counting.replay(codes.map((code) => (typeof code === "string" ? scan(code) : code)));
  if (!step) return null;
  return { came: step.came, ...counting.count(step.goods), held: step.goods.held, units: step.units };
}

const LAMPS = (number) => Array.from({ length: number }, () => "LAMP");
const REPLAYED = [
  { why: "unsent scans add up with what is recorded on all lines", codes: ["MUG", "CASE", "MUG"], says: ["counted", 24, 0, 1] },
  { why: "a scan of many counts each", codes: [scan("MUG", { quantity: 4 })], says: ["counted", 14, 0, 4] },
  { why: "the last one that fits counts", codes: LAMPS(1), says: ["counted", 6, 0, 1] },
  { why: "what is too much waits and adds up", codes: LAMPS(5), says: ["held", 6, 4, 1] },
  { why: "a case that does not fit waits whole", codes: ["CASE", "CASE"], says: ["held", 22, 12, 12] },
  { why: "it adds up with what waits on record", codes: LAMPS(2), waiting: [["LAMP", 3]], says: ["held", 6, 4, 1] },
  { why: "a yes takes all of it in", codes: [...LAMPS(5), "CMD-CONFIRM"], says: ["over", 10, 0, 4] },
  { why: "a yes takes in what waits on record", codes: ["CMD-CONFIRM"], waiting: [["LAMP", 3]], says: ["over", 8, 0, 3] },
  { why: "further ones count after a yes", codes: [...LAMPS(3), "CMD-CONFIRM", "LAMP"], says: ["over", 9, 0, 1] },
  { why: "a yes on record counts as one", codes: LAMPS(2), before: [["over", "LAMP", 1]], says: ["over", 7, 0, 1] },
  { why: "a yes to one scan is for that alone", codes: [scan("LAMP", { quantity: 3, confirm: true }), "LAMP"], says: ["held", 8, 1, 1] },
  { why: "a no leaves all of it out", codes: [...LAMPS(5), "CMD-LEAVE"], says: ["left", 6, 0, 4] },
  { why: "a yes is about what was held last", codes: [...LAMPS(3), "CASE", "CASE", "CMD-CONFIRM"], says: ["over", 34, 0, 12] },
  { why: "and the next one about the goods before", codes: [...LAMPS(3), "CASE", "CASE", "CMD-CONFIRM", "CMD-CONFIRM"], says: ["over", 8, 0, 2] },
  { why: "undo takes back an unsent scan", codes: ["MUG", "MUG", "CMD-UNDO"], says: ["undone", 11, 0, 1] },
  { why: "undo takes back a held one", codes: [...LAMPS(3), "CMD-UNDO"], says: ["undone", 6, 1, 1] },
  { why: "undo takes back a yes: all wait again", codes: [...LAMPS(3), "CMD-CONFIRM", "CMD-UNDO"], says: ["undone", 6, 2, 2] },
  { why: "undo takes back a recorded scan", codes: ["CMD-UNDO"], before: [["counted", "LAMP", 2]], says: ["undone", 3, 0, 2] },
  { why: "what was taken back on record is not taken back again", codes: ["CMD-UNDO"], before: [["counted", "LAMP", 2], ["undone", "LAMP", -2]], says: null },
  { why: "a yes to finishing is none to the goods alone", codes: [...LAMPS(3), "CMD-DONE", "CMD-CONFIRM"], says: null },
  { why: "a yes that was taken back on record is none", codes: LAMPS(2), before: [["over", "LAMP", 2], ["undone", "LAMP", -2]], says: ["held", 6, 1, 1] },
  { why: "an answer may be about a code that the device does not know", codes: [...LAMPS(3), "SET", "CMD-CONFIRM"], says: null },
  { why: "what was held after that code is what the answer is about", codes: ["SET", ...LAMPS(3), "CMD-CONFIRM"], says: ["over", 8, 0, 2] },
  { why: "an answer to nothing, and codes that nobody knows, do nothing", codes: ["CMD-CONFIRM", "4006381333931"], says: null },
];

for (const { why, codes, says, ...more } of REPLAYED) {
  test(`replay: ${why}`, () => {
    const found = replayed(codes, more);
    assert.deepEqual(found && [found.came, found.scanned, found.held, found.units], says);
  });
}

test("a line that is not on the page adds nothing", () => {
  const counting = tally(LINES.slice(0, 1));
  assert.deepEqual(counting.count(counting.replay([scan("MUG")]).step.goods), { scanned: 11, expected: 12 });
});

test("where nothing is expected nothing is too much", () => {
  const counting = new Tally(KNOWN, () => ({ scanned: 0, expected: NaN }));
  assert.equal(counting.replay([scan("LAMP", { quantity: 500 })]).step.came, "counted");
});

test("where what is too much counts for nothing it waits for no yes, and undo takes back what counted", () => {
  const recorded = new Map(LINES.map(([id, , expected, scanned]) => [id, { expected, scanned }]));
  const counting = new Tally(KNOWN, (id) => recorded.get(id) || null, () => [], true);
  const { goods, step } = counting.replay(LAMPS(3).map((code) => scan(code)));
  assert.deepEqual([step.came, counting.count(step.goods).scanned, goods[0].held], ["refused", 6, 0]);
  const undone = counting.replay([...LAMPS(3), "CMD-UNDO"].map((code) => scan(code))).step;
  assert.deepEqual([undone.came, counting.count(undone.goods).scanned], ["undone", 5]);
});

const FULL = LINES.map(([id, name, expected, , codes]) => [id, name, expected, expected, codes]);
const MARKS = [
  { why: "goods are shown on their first line with room", lines: LINES, codes: ["MUG"], marks: [[1, 1, 0]] },
  { why: "a line shows all unsent scans of its goods", lines: LINES, codes: ["MUG", "CASE"], marks: [[1, 13, 0]] },
  { why: "the next line where the first is full", lines: [FULL[0], LINES[1]], codes: ["MUG"], marks: [[2, 1, 0]] },
  { why: "the first line where all are full: it waits there", lines: FULL, codes: ["MUG"], marks: [[1, 0, 1]] },
  { why: "every goods on a line of its own", lines: LINES, codes: ["LAMP", "MUG"], marks: [[3, 1, 0], [1, 1, 0]] },
  { why: "codes that nobody knows and commands mark nothing", lines: LINES, codes: ["4006381333931", "CMD-UNDO"], marks: [] },
];

for (const { why, lines, codes, marks } of MARKS) {
  test(`marks: ${why}`, () => {
    const counting = tally(lines);
    const { goods } = counting.replay(codes.map((code) => scan(code)));
    assert.deepEqual([...counting.marks(goods)].map(([line, { counted, held }]) => [line, counted, held]), marks);
  });
}

const TITLES = [
  { why: "goods by their name", code: "MUG", title: "Mug, blue" },
  { why: "a command by what it does", code: "CMD-UNDO", title: "Takes the last scan back" },
  { why: "in small letters, too", code: "cmd-done", title: "Finish: waits for the network" },
  { why: "a grade by its name", code: "CMD-VENDOR", title: "Grade: return to vendor" },
  { why: "anything else by its code", code: "4006381333931", title: "4006381333931" },
];

for (const { why, code, title } of TITLES) {
  test(`the panel names ${why}`, () => assert.equal(titleOf(code, KNOWN.find(code)), title));
}

test("a line shows how much of how much, and no expectation that the page hides", () => {
  assert.equal(lineWords({ scanned: "5", expected: "6" }, 2), "7 / 6");
  assert.equal(lineWords({ scanned: "5", expected: "" }, 2), "7");
  assert.equal(lineWords({ scanned: "5", expected: "6" }, 1, 3), "6 / 6 · 3 ?");
});
