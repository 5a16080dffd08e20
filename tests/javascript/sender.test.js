// What becomes of scans, by the server's answer. A scan may be forgotten only where the server's own words say so.

import assert from "node:assert/strict";
import { test } from "node:test";

import { inTime, verdictOfOne, verdictsOfMany } from "../../static/js/sender.js";

const RESULT = { task: "PO-1", outcome: "accepted", signal: "counted" };

function answer(status, { json = null, trigger = null, text = "", type = "basic" } = {}) {
  const headers = new Map([["HX-Trigger", trigger]]);
  return { response: { ok: status >= 200 && status < 300, status, type, headers }, text, json, restored: null };
}

const error = (code, message = "why") => ({ json: { error: { code, message } } });

const ALONE = [
  { why: "no answer: kept", answer: null, verdict: { verdict: "retry" } },
  {
    why: "recorded, and what changed on its task's page",
    answer: answer(200, { trigger: JSON.stringify({ scan: RESULT }), text: "<p>1</p>" }),
    verdict: { verdict: "recorded", result: RESULT, shown: { task: "PO-1", html: "<p>1</p>" } },
  },
  { why: "a badge", answer: answer(200, { trigger: '{"handover": {"code": "B-1", "own": false}}' }), verdict: { verdict: "handover", own: false } },
  { why: "200 without the server's word, as a portal says it: kept", answer: answer(200, { text: "Welcome" }), verdict: { verdict: "retry" } },
  { why: "sent on to the sign-in page", answer: answer(0, { type: "opaqueredirect" }), verdict: { verdict: "signed-out", stale: false } },
  { why: "nobody is signed in", answer: answer(401, error("signed_out")), verdict: { verdict: "signed-out", stale: false } },
  { why: "the page is too old", answer: answer(401, error("stale_page")), verdict: { verdict: "signed-out", stale: true } },
  ...[400, 403, 404, 409, 413].map((status) => (
    { why: `${status} in the server's words: never recorded`, answer: answer(status, error("no")), verdict: { verdict: "aside", why: "why" } }
  )),
  { why: "nobody knows whose it is: a person may have it sent again", answer: answer(409, error("after_badge")), verdict: { verdict: "aside", why: "why", doubted: true } },
  { why: "404 of somebody else: kept", answer: answer(404), verdict: { verdict: "retry" } },
  { why: "too many at once: kept", answer: answer(429, error("slow_down")), verdict: { verdict: "retry" } },
  { why: "the program fails on it", answer: answer(500, error("fault")), verdict: { verdict: "fault", why: "why" } },
  { why: "500 of somebody else: kept", answer: answer(500), verdict: { verdict: "retry" } },
  { why: "the server could not: kept", answer: answer(503, error("busy")), verdict: { verdict: "retry" } },
];

for (const { why, answer: given, verdict } of ALONE) {
  test(`one scan: ${why}`, () => assert.deepEqual(verdictOfOne(given), verdict));
}

function batch(results, html = "<p>2</p>") {
  return verdictsOfMany(answer(200, { json: { results, html } }), "PO-1");
}

test("what a batch changed on the page comes with the last that was recorded", () => {
  const verdicts = batch([{ ...RESULT, status: 200 }, { ...RESULT, status: 200 }, { status: 409, error: { code: "conflict", message: "another scan" } }]);
  assert.deepEqual(verdicts.map(({ verdict }) => verdict), ["recorded", "recorded", "aside"]);
  assert.deepEqual(verdicts.map(({ shown }) => shown), [undefined, { task: "PO-1", html: "<p>2</p>" }, undefined]);
});

test("a badge in a batch is a handover and shows nothing", () => {
  assert.deepEqual(batch([{ status: 200, handover: true, own: true }]), [{ verdict: "handover", own: true }]);
});

test("one scan of a batch that the server could not record is kept", () => {
  assert.deepEqual(batch([{ status: 500, error: undefined }]), [{ verdict: "retry" }]);
});

const REFUSED_BATCHES = [
  { why: "no answer", answer: null, verdict: "retry" },
  { why: "a portal's page", answer: answer(200), verdict: "retry" },
  { why: "nobody is signed in", answer: answer(401, error("signed_out")), verdict: "signed-out" },
];

for (const { why, answer: given, verdict } of REFUSED_BATCHES) {
  test(`a batch as a whole: ${why}`, () => assert.deepEqual(verdictsOfMany(given, "PO-1").map((each) => each.verdict), [verdict]));
}

test("who asks gives up after a while, and not before", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let over = false;
  const asked = inTime((signal) => new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => { over = true; reject(new Error("no answer")); });
  }));
  t.mock.timers.tick(14999);
  assert.equal(over, false);
  t.mock.timers.tick(1);
  await assert.rejects(asked, /no answer/);
});
