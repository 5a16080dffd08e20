// What the device knows of codes while it is offline.

import assert from "node:assert/strict";
import { test } from "node:test";

import { command, Known, Learned, looksLikeBadge, Spellings, tasksNamed } from "../../static/js/known.js";
import { scan, storage } from "./support.js";

const KNOWN = new Known({ lines: [[7, "Mug, blue", 24, 0, { "04006381333931": 1, "MUG-B": 1 }]] });

const SPELLINGS = [
  { why: "as the catalogue has it", code: "MUG-B" },
  { why: "a GTIN in 13 digits", code: "4006381333931" },
  { why: "a GTIN in 14 digits", code: "04006381333931" },
  { why: "with the symbology in front", code: "]E04006381333931" },
  { why: "a GS1 element string", code: "010400638133393110LOT" },
  { why: "a GS1 element string in brackets", code: "(01)04006381333931(10)LOT" },
  { why: "the content of a pallet", code: "020400638133393137 24" },
  { why: "with symbology and GS in front", code: "]C1\x1d0104006381333931" },
];

for (const { why, code } of SPELLINGS) {
  test(`a code is found: ${why}`, () => assert.equal(KNOWN.find(code)?.name, "Mug, blue"));
}

test("a code that no line has is not found", () => {
  assert.equal(KNOWN.find("4006381333948"), null);
});

test("goods on two lines have both", () => {
  const known = new Known({ lines: [[1, "Mug", 1, 0, { MUG: 1 }], [2, "Mug", 1, 0, { MUG: 1 }]] });
  assert.deepEqual(known.find("MUG"), { name: "Mug", units: 1, lines: [1, 2] });
});

const COUNTED = { outcome: "accepted", reason: "counted", item: { sku: "MUG-B", name: "Mug, blue" }, units: 24 };

test("a counted scan teaches the units of one", () => {
  const learned = new Learned(storage());
  learned.learn(scan("CASE", { quantity: 2 }), COUNTED);
  assert.deepEqual(learned.find(" CASE "), { name: "Mug, blue", units: 12, sku: "MUG-B", lines: [] });
});

const NOT_LEARNED = [
  { why: "of a refused scan", result: { ...COUNTED, outcome: "refused" } },
  { why: "of a scan that was accepted as something else", result: { ...COUNTED, reason: "undone" } },
  { why: "of no goods", result: { ...COUNTED, item: null } },
  { why: "where the units do not divide by the scans", result: { ...COUNTED, units: 25 } },
];

for (const { why, result } of NOT_LEARNED) {
  test(`nothing is learned ${why}`, () => {
    const learned = new Learned(storage());
    learned.learn(scan("CASE", { quantity: 2 }), result);
    assert.equal(learned.find("CASE"), null);
  });
}

test("what was learned is still known on the next page", () => {
  const kept = storage();
  new Learned(kept).learn(scan("CASE", { quantity: 2 }), COUNTED);
  assert.equal(new Learned(kept).find("CASE").units, 12);
});

test("the device remembers the 300 codes that were scanned last", () => {
  const kept = storage();
  const learned = new Learned(kept);
  for (let i = 0; i <= 300; i += 1) learned.learn(scan(`CODE-${i}`), COUNTED);
  learned.learn(scan("CODE-1"), COUNTED);
  const fresh = new Learned(kept);
  assert.equal(fresh.byCode.size, 300);
  assert.equal(fresh.find("CODE-0"), null);
  assert.notEqual(fresh.find("CODE-1"), null);
});

test("a full storage keeps nothing and breaks nothing", () => {
  const learned = new Learned(storage({ full: true }));
  learned.learn(scan("CASE"), COUNTED);
  assert.equal(learned.find("CASE").units, 24);
});

test("a code is found in any case, since Caps Lock turns letters round", () => {
  assert.equal(KNOWN.find("mug-b")?.name, "Mug, blue");
  assert.equal(KNOWN.spell("mug-B"), "MUG-B");
});

test("of two codes that differ by case alone each is found as it is spelt", () => {
  const known = new Known({ lines: [[1, "A", 1, 0, { "ab-1": 1 }], [2, "B", 1, 0, { "AB-1": 1 }]] });
  assert.deepEqual(["ab-1", "AB-1", "Ab-1"].map((code) => known.find(code)?.name), ["A", "B", undefined]);
  assert.deepEqual(["ab-1", "AB-1", "Ab-1"].map((code) => known.spell(code)), ["ab-1", "AB-1", null]);
});

test("what is scanned of an element string stays as it came", () => {
  assert.equal(KNOWN.spell("010400638133393110lot"), "010400638133393110lot");
});

test("a task is known by its reference, however its address writes it", () => {
  const links = ["PO-1001", "SO-1%252F2", "%256Fffice", "50%2525", "50%25", "PO/7"].map((part) => ({ pathname: `/orders/${part}` }));
  const page = /** @type {any} */ ({ querySelectorAll: () => links });
  const tasks = tasksNamed(page, [{ path: "/orders", name: "Orders" }]);
  for (const reference of ["PO-1001", "SO-1/2", "office", "50%", "PO/7"]) assert.equal(tasks.find(reference), reference);
});

test("places are spelt as their labels are", () => {
  const places = new Spellings();
  for (const code of ["A-01-1", "A-01-1", "b-1", "B-1"]) places.add(code);
  assert.deepEqual(["a-01-1", "B-1", "b-1", "C-1"].map((code) => places.find(code)), ["A-01-1", "B-1", "b-1", null]);
});

const COMMANDS = [
  { code: "cmd-undo", spelt: "CMD-UNDO" },
  { code: "CMD-QTY-12", spelt: "CMD-QTY-12" },
  { code: "CMDßUNDO", spelt: null },
  { code: "CMD-", spelt: null },
  { code: "MUG-B", spelt: null },
];

for (const { code, spelt } of COMMANDS) {
  test(`${code} is ${spelt ? "a" : "no"} command`, () => assert.equal(command(code), spelt));
}

const BADGES = [
  { why: "a printed one", code: "BADGE-SAM", is: true },
  { why: "one that was made here", code: "B-7KQMZP3XWD2A", is: true },
  { why: "in small letters", code: "badge-sam", is: true },
  { why: "no shelf", code: "B-01-1", is: false },
  { why: "no barcode", code: "9501101530003", is: false },
];

for (const { why, code, is } of BADGES) {
  test(`what looks like a badge: ${why}`, () => assert.equal(looksLikeBadge(code), is));
}
