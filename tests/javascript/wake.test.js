// The screen stays on while somebody scans, and no longer.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Awake } from "../../static/js/wake.js";

/** A browser's wake lock that counts. */
function fake({ refuses = false } = {}) {
  const seen = { asked: 0, held: 0, heard: [] };
  const request = async () => {
    seen.asked += 1;
    if (refuses) throw new Error("low battery");
    seen.held += 1;
    return {
      addEventListener: (_type, heard) => seen.heard.push(heard),
      release: async () => { seen.held -= 1; },
    };
  };
  return { seen, wakeLock: { request } };
}

test("many scans ask once", async () => {
  const { seen, wakeLock } = fake();
  const awake = new Awake(wakeLock);
  await Promise.all([awake.scanned(), awake.scanned()]);
  await awake.scanned();
  assert.deepEqual([seen.asked, seen.held], [1, 1]);
  awake.rest();
  assert.equal(seen.held, 0);
});

test("what the browser took back is asked for again by the next scan", async () => {
  const { seen, wakeLock } = fake();
  const awake = new Awake(wakeLock);
  await awake.scanned();
  seen.heard[0]();
  await awake.scanned();
  assert.equal(seen.asked, 2);
  awake.rest();
});

test("without scans it rests by itself", async () => {
  const { seen, wakeLock } = fake();
  const awake = new Awake(wakeLock, 1);
  await awake.scanned();
  while (seen.held) await new Promise((done) => setTimeout(done, 1));
});

test("a browser without it, or one that refuses, hinders nobody", async () => {
  await new Awake(undefined).scanned();
  const { wakeLock } = fake({ refuses: true });
  const awake = new Awake(wakeLock);
  await awake.scanned();
  awake.rest();
});
