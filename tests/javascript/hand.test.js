// What is in hand on the returns bench while scans wait.

import assert from "node:assert/strict";
import { test } from "node:test";

import { gradeOf, inHand } from "../../static/js/hand.js";
import { Known } from "../../static/js/known.js";

const KNOWN = new Known({ lines: [[1, "Desk lamp", 1, 0, { LAMP: 1 }]] });

const GRADES = [
  { why: "a grade", code: "CMD-RESTOCK", grade: "restock" },
  { why: "with its reason behind it", code: "CMD-DAMAGED-CRUSHED", grade: "damaged" },
  { why: "in small letters", code: "cmd-scrap", grade: "scrap" },
  { why: "one whose name is longer than its code", code: "CMD-VENDOR", grade: "return to vendor" },
  { why: "no grade: another command", code: "CMD-DONE", grade: null },
  { why: "no grade: a code that only begins so", code: "CMD-RESTOCKED", grade: null },
];

for (const { why, code, grade } of GRADES) {
  test(`grades: ${why}`, () => assert.equal(gradeOf(code), grade));
}

const HANDS = [
  { why: "goods want their grade", code: "LAMP", shown: { asks: "goods", words: "Desk lamp: now its grade" } },
  { why: "so do goods that nobody knows", code: "471", shown: { asks: "goods", words: "471: now its grade" } },
  { why: "a grade that needs a reason asks for it", code: "CMD-DAMAGED", shown: { asks: "why", words: "Why damaged?" } },
  { why: "with its reason it asks nothing", code: "CMD-DAMAGED-CRUSHED", shown: { asks: "goods", words: "Graded damaged" } },
  { why: "a grade that needs none is done", code: "CMD-RESTOCK", shown: { asks: "goods", words: "Graded restock" } },
  { why: "another command changes nothing", code: "CMD-UNDO", shown: null },
];

for (const { why, code, shown } of HANDS) {
  test(`in hand: ${why}`, () => assert.deepEqual(inHand(code, KNOWN), shown));
}
