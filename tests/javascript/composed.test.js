// Text of keyboards that name no keys, beside the keys that may have come with it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { strokesOf } from "../../static/js/composed.js";

const key = (position, at) => ({ character: position, position, at });

test("text alone is strokes of one moment", () => {
  assert.deepEqual(strokesOf("AB", [], 7), [{ character: "A", at: 7 }, { character: "B", at: 7 }]);
});

test("keys without text say what their place says", () => {
  assert.deepEqual(strokesOf("", [key("A", 1), key("B", 2)], 7), [key("A", 1), key("B", 2)]);
});

test("as many keys as characters belong together", () => {
  assert.deepEqual(strokesOf("&é", [key("1", 1), key("2", 2)], 7), [
    { character: "&", position: "1", at: 1 }, { character: "é", position: "2", at: 2 },
  ]);
});

test("where an IME made other text of the keys, their places stand together", () => {
  assert.deepEqual(strokesOf("む", [key("M", 1), key("U", 2)], 7), [{ character: "む", position: "MU", at: 1 }]);
});
