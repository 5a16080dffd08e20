// Codes that wait for the next page.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Ahead } from "../../static/js/ahead.js";
import { storage } from "./support.js";

const SIGN_IN = { url: "/sign-in", fields: { badge: "BADGE-SAM" } };

test("codes outlast a reload, and so does the way to their page", () => {
  const tab = storage();
  const ahead = new Ahead(tab);
  ahead.go(SIGN_IN);
  ahead.push("MUG-B");
  ahead.push("LAMP");
  const { codes, way } = new Ahead(tab);
  assert.deepEqual({ codes, way }, { codes: ["MUG-B", "LAMP"], way: SIGN_IN });
});

test("once their page is there, they alone are left", () => {
  const tab = storage();
  const ahead = new Ahead(tab);
  ahead.go(SIGN_IN);
  ahead.push("MUG-B");
  ahead.go(null);
  const { codes, way } = new Ahead(tab);
  assert.deepEqual({ codes, way }, { codes: ["MUG-B"], way: null });
});

test("a code that was taken is gone", () => {
  const tab = storage();
  const ahead = new Ahead(tab);
  ahead.push("MUG-B");
  ahead.push("LAMP");
  assert.equal(ahead.shift(), "MUG-B");
  assert.deepEqual(new Ahead(tab).codes, ["LAMP"]);
  assert.equal(ahead.drop(), 1);
  assert.deepEqual(new Ahead(tab).codes, []);
});

test("what waited for more than a minute is said to be lost: somebody else may have the device", () => {
  const tab = storage();
  const ahead = new Ahead(tab);
  ahead.go(SIGN_IN);
  ahead.push("MUG-B");
  const { codes, way, lost } = new Ahead(tab, Date.now() + 61000);
  assert.deepEqual({ codes, way, lost }, { codes: [], way: null, lost: 1 });
});

test("a full storage loses none on the page itself", () => {
  const ahead = new Ahead(storage({ full: true }));
  ahead.push("MUG-B");
  assert.equal(ahead.shift(), "MUG-B");
});
