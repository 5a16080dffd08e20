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

function tally(lines = LINES) {
  const recorded = new Map(lines.map(([id, , expected, scanned]) => [id, { expected, scanned }]));
  return new Tally(KNOWN, (id) => recorded.get(id) || null);
}

test("unsent scans add up with what is recorded on all lines of the goods", () => {
  const scans = [scan("MUG"), scan("CASE"), scan("LAMP")];
  assert.deepEqual(tally().count([1, 2], scans), { scanned: 10 + 13, expected: 24 });
  assert.deepEqual(tally().count([3], scans), { scanned: 6, expected: 6 });
});

test("a line that is not on the page adds nothing", () => {
  assert.deepEqual(tally(LINES.slice(0, 1)).count([1, 2], [scan("MUG")]), { scanned: 11, expected: 12 });
});

test("a scan of many counts each", () => {
  assert.equal(tally().count([3], [scan("LAMP", { quantity: 4 })]).scanned, 9);
});

const FULL = LINES.map(([id, name, expected, , codes]) => [id, name, expected, expected, codes]);
const MARKS = [
  { why: "goods are shown on their first line with room", lines: LINES, codes: ["MUG"], marks: [[1, 1]] },
  { why: "a line shows all unsent scans of its goods", lines: LINES, codes: ["MUG", "CASE"], marks: [[1, 13]] },
  { why: "the next line where the first is full", lines: [FULL[0], LINES[1]], codes: ["MUG"], marks: [[2, 1]] },
  { why: "the first line where all are full: it is too many there", lines: FULL, codes: ["MUG"], marks: [[1, 1]] },
  { why: "every goods on a line of its own", lines: LINES, codes: ["LAMP", "MUG"], marks: [[3, 1], [1, 1]] },
  { why: "codes that nobody knows and commands mark nothing", lines: LINES, codes: ["4006381333931", "CMD-UNDO"], marks: [] },
];

for (const { why, lines, codes, marks } of MARKS) {
  test(`marks: ${why}`, () => {
    const scans = codes.map((code) => scan(code));
    assert.deepEqual([...tally(lines).marks(scans)], marks);
  });
}

const TITLES = [
  { why: "goods by their name", code: "MUG", title: "Mug, blue" },
  { why: "a command by what it does", code: "CMD-UNDO", title: "Takes the last scan back" },
  { why: "in small letters, too", code: "cmd-done", title: "Finishes" },
  { why: "a grade by its name", code: "CMD-VENDOR", title: "Grade: return to vendor" },
  { why: "anything else by its code", code: "4006381333931", title: "4006381333931" },
];

for (const { why, code, title } of TITLES) {
  test(`the panel names ${why}`, () => assert.equal(titleOf(code, KNOWN.find(code)), title));
}

test("a line shows how much of how much, and no expectation that the page hides", () => {
  assert.equal(lineWords({ scanned: "5", expected: "6" }, 2), "7 / 6");
  assert.equal(lineWords({ scanned: "5", expected: "" }, 2), "7");
});
