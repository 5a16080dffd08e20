// What a page was still storing when it went away.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Taken } from "../../static/js/taken.js";
import { scan, storage } from "./support.js";

const entries = (...codes) => codes.map((code) => ({ scan: scan(code), at: 0 }));

test("the next page finds what is being stored, in the order it came", () => {
  const tab = storage();
  const [mug, lamp, tee] = entries("MUG", "LAMP", "TEE");
  for (const entry of [mug, lamp, tee]) new Taken(tab).add(entry);
  new Taken(tab).remove(lamp);
  assert.deepEqual(new Taken(tab).list(), [mug, tee]);
});

test("a storage that is full stops no scan", () => {
  const full = storage({ full: true });
  const [mug] = entries("MUG");
  new Taken(full).add(mug);
  assert.deepEqual(new Taken(full).list(), []);
});
