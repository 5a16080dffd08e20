// The store of a device that allows no IndexedDB. (That of IndexedDB is tested in the browser.)

import assert from "node:assert/strict";
import { test } from "node:test";

import { PlainStore } from "../../static/js/device_store.js";
import { scan, storage } from "./support.js";

async function filled(...codes) {
  const store = new PlainStore(storage());
  for (const code of codes) await store.add({ scan: scan(code), at: 0 });
  return store;
}

const codesOn = async (store, shelf, limit) => (await store.list(shelf, limit)).map((entry) => entry.scan.code);

test("scans wait in the order they came", async () => {
  const store = await filled("MUG", "LAMP", "TEE");
  assert.deepEqual(await codesOn(store, "waiting"), ["MUG", "LAMP", "TEE"]);
  assert.deepEqual(await codesOn(store, "waiting", 2), ["MUG", "LAMP"]);
  assert.equal(await store.count("waiting"), 3);
});

test("a scan that moves is on one shelf alone", async () => {
  const store = await filled("MUG", "LAMP");
  const [first] = await store.list("waiting");
  await store.moveAll([first], "waiting", "sent");
  assert.deepEqual(await codesOn(store, "waiting"), ["LAMP"]);
  assert.deepEqual(await codesOn(store, "sent"), ["MUG"]);
});

test("what moves back stands before what came after it", async () => {
  const store = await filled("MUG", "LAMP");
  const [first] = await store.list("waiting");
  await store.moveAll([first], "waiting", "sent");
  await store.moveAll(await store.list("sent"), "sent", "waiting");
  assert.deepEqual(await codesOn(store, "waiting"), ["MUG", "LAMP"]);
});

test("a number is never given twice, though its scan is gone", async () => {
  const store = await filled("MUG");
  const [first] = await store.list("waiting");
  await store.remove("waiting", first.n);
  await store.add({ scan: scan("LAMP"), at: 0 });
  assert.deepEqual((await store.list("waiting")).map(({ n }) => n), [first.n + 1]);
});

test("a full storage says so to whoever adds", async () => {
  await assert.rejects(new PlainStore(storage({ full: true })).add({ scan: scan("MUG"), at: 0 }), /full/);
});
