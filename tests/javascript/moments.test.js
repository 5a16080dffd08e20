// Ids and times as a device makes them. The zone is set by each row.

import assert from "node:assert/strict";
import { test } from "node:test";

import { isoLocal, uuid, written } from "../../static/js/moments.js";

const ZONES = [
  { why: "no offset", zone: "UTC", iso: "2026-07-01T12:30:15.250+00:00", words: "1 Jul 2026, 12:30" },
  { why: "east, in summer time", zone: "Europe/Berlin", iso: "2026-07-01T14:30:15.250+02:00", words: "1 Jul 2026, 14:30" },
  { why: "west", zone: "America/New_York", iso: "2026-07-01T08:30:15.250-04:00", words: "1 Jul 2026, 08:30" },
  { why: "east by half an hour more, past midnight", zone: "Australia/Adelaide", iso: "2026-07-01T22:00:15.250+09:30", words: "1 Jul 2026, 22:00" },
  { why: "west by half an hour more", zone: "America/St_Johns", iso: "2026-07-01T10:00:15.250-02:30", words: "1 Jul 2026, 10:00" },
];

for (const { why, zone, iso, words } of ZONES) {
  test(`the clock on the wall: ${why}`, () => {
    const before = process.env.TZ;
    process.env.TZ = zone;
    try {
      assert.equal(isoLocal(new Date("2026-07-01T12:30:15.250Z")), iso);
      assert.equal(written(new Date("2026-07-01T12:30:15.250Z")), words);
    } finally {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    }
  });
}

test("an id is a random UUID of version 4, another each time", () => {
  const ids = new Set(Array.from({ length: 200 }, uuid));
  assert.equal(ids.size, 200);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
