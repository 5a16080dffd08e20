// Small rules of what the page says and sounds.

import assert from "node:assert/strict";
import { test } from "node:test";

import { gravest } from "../../static/js/feedback.js";
import { countable, withDigit } from "../../static/js/number_pad.js";
import { reasonsOf } from "../../static/js/scan_page.js";
import { buttonWords } from "../../static/js/status.js";
import { scan } from "./support.js";

const SOUNDS = [
  { why: "one refused among many is heard", signals: ["counted", "refused", "complete"], heard: "refused" },
  { why: "held before finished", signals: ["finished", "held"], heard: "held" },
  { why: "more than there is before what completes", signals: ["over", "complete"], heard: "over" },
  { why: "complete before counted", signals: ["complete", "counted"], heard: "complete" },
  { why: "a signal that nobody knows is not heard", signals: ["counted", "new"], heard: "counted" },
  { why: "nothing is the mildest", signals: [], heard: "kept" },
];

for (const { why, signals, heard } of SOUNDS) {
  test(`the sound of a batch: ${why}`, () => assert.equal(gravest(signals), heard));
}

const BUTTONS = [
  { why: "nothing waits", outbox: { waiting: 0, aside: 0, state: "idle" }, words: { state: "idle", short: "" } },
  { why: "scans wait", outbox: { waiting: 2, aside: 0, state: "waiting" }, words: { state: "waiting", short: "not sent yet" } },
  { why: "scans wait for somebody to sign in", outbox: { waiting: 2, aside: 0, state: "signed-out" }, words: { state: "signed-out", short: "sign in to send" } },
  { why: "some were set aside", outbox: { waiting: 0, aside: 1, state: "idle" }, words: { state: "aside", short: "set aside" } },
  { why: "what waits is said before what was set aside", outbox: { waiting: 1, aside: 1, state: "idle" }, words: { state: "waiting", short: "not sent yet" } },
  { why: "signed out with nothing to send is no trouble", outbox: { waiting: 0, aside: 0, state: "signed-out" }, words: { state: "idle", short: "" } },
];

for (const { why, outbox, words } of BUTTONS) {
  test(`the button of the outbox: ${why}`, () => assert.deepEqual(buttonWords(outbox), words));
}

const lamp = { sku: "LAMP", name: "Desk lamp" };
const goods = (name) => ({ message: "Not on this order", item: { sku: name, name } });
const REASONS = [
  { why: "goods before their reason", results: [{ message: "Not on this order", item: lamp }], reasons: ["Desk lamp: Not on this order"] },
  { why: "a message with the name in it stands alone", results: [{ message: "Desk lamp: 1 too many", item: lamp }], reasons: ["Desk lamp: 1 too many"] },
  { why: "a reason without goods stands alone", results: [{ message: "Nobody knows this code" }], reasons: ["Nobody knows this code"] },
  { why: "each reason once, each of its goods once", results: [goods("A"), goods("B"), goods("A")], reasons: ["A, B: Not on this order"] },
  { why: "of many goods three are named", results: ["A", "B", "C", "D", "E"].map(goods), reasons: ["A, B, C and 2 more: Not on this order"] },
];

for (const { why, results, reasons } of REASONS) {
  test(`why scans did not count: ${why}`, () => assert.deepEqual(reasonsOf(results), reasons));
}

const DIGITS = [
  { why: "one more", digits: "1", digit: "2", now: "12" },
  { why: "no zero in front", digits: "", digit: "0", now: "" },
  { why: "five at most", digits: "12345", digit: "6", now: "12345" },
  { why: "one less", digits: "12", digit: "", now: "1" },
  { why: "none less than none", digits: "", digit: "", now: "" },
];

for (const { why, digits, digit, now } of DIGITS) {
  test(`the number pad: ${why}`, () => assert.equal(withDigit(digits, digit), now));
}

const LAST = [
  { why: "goods", code: "MUG", is: true },
  { why: "no command", code: "CMD-UNDO", is: false },
  { why: "no place", code: "A-1", is: false },
];

for (const { why, code, is } of LAST) {
  test(`the number pad counts: ${why}`, () => assert.equal(countable({ last: scan(code), places: new Set(["A-1"]) }) !== null, is));
}

test("the number pad counts nothing before the first scan", () => {
  assert.equal(countable({ last: null, places: new Set() }), null);
});
