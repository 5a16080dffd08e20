// A scan of which one part was typed on one page and the rest on the next.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Cut } from "../../static/js/cut.js";
import { storage } from "./support.js";

const BEGAN = 1_000_000;

/**
 * The next page of a tab that was left while these keys had come.
 * @param {number[]} times of the keys, ms since the first page began
 * @param {{written?: boolean, full?: boolean}} [how]
 */
function nextPage(times, { written = false, full = false } = {}) {
  const tab = storage({ full });
  new Cut(tab, BEGAN).leave(times.map((at) => ({ character: "A", at })), written);
  return new Cut(tab, BEGAN + 1000);
}

test("what comes at once on the next page is the rest, and what comes after it is whole", () => {
  const cut = nextPage([990]);
  assert.equal(cut.isRest(40), true);
  assert.equal(cut.isRest(60), false);
});

test("a scan that begins later is whole, though a key was pressed before", () => {
  assert.equal(nextPage([990]).isRest(600), false);
});

test("where no key waited nothing is cut", () => {
  assert.equal(nextPage([]).isRest(0), false);
});

test("keys of a scanner alone tell that a scan is missing, one key does not", () => {
  assert.equal(nextPage([970, 980, 990]).sure, true);
  assert.equal(nextPage([990]).sure, false);
  assert.equal(nextPage([500, 700, 990]).sure, false);
});

test("what was typed into a field is not missing, but its rest is no code", () => {
  const cut = nextPage([970, 980, 990], { written: true });
  assert.equal(cut.sure, false);
  assert.equal(cut.isRest(10), true);
});

test("it is told on the next page alone", () => {
  const tab = storage();
  new Cut(tab, BEGAN).leave([{ character: "A", at: 990 }], false);
  new Cut(tab, BEGAN + 1000);
  assert.equal(new Cut(tab, BEGAN + 1100).isRest(0), false);
});

test("a full storage stops nothing", () => {
  assert.equal(nextPage([990], { full: true }).isRest(0), false);
});
