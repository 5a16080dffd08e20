// One request with one or many scans, and what its answer means for each. Only the server's own word counts: an answer
// that is not in its form (a captive portal, a proxy's error page) is the same as none.
//
// An answer is {verdicts, restored}: a verdict for each scan, and the mark of a server that was restored from a backup.
// Verdicts: recorded (with the reply), aside (can never be recorded), signed-out (kept until somebody signs in),
// retry (no answer, or the server could not: kept and sent again).

import { isoLocal } from "./moments.js";

const TIMEOUT_MS = 15000;
const NEVER = new Set([400, 403, 404, 409, 413]);

/** Send one scan. */
export async function sendOne(url, scan) {
  const answer = await post(url, stamped(scan));
  return { verdicts: [verdictOfOne(answer)], restored: answer.restored };
}

/** Send many in one request. What they changed on the page comes with the last that was recorded. */
export async function sendMany(url, scans, task) {
  const answer = await post(url, { scans: scans.map(stamped), page: task });
  return { verdicts: verdictsOfMany(answer, task), restored: answer.restored };
}

/** With the time of this try, by the clock that `scanned_at` is of: the server learns how long it waited. */
function stamped(scan) {
  return { ...scan, sent_at: isoLocal(new Date()) };
}

function verdictOfOne(answer) {
  if (!answer.response || !answer.response.ok) return refusal(answer);
  const told = answer.response.headers.get("HX-Trigger");
  if (!told) return { verdict: "retry" };
  const { scan: result, handover } = JSON.parse(told);
  return { verdict: "recorded", result, handover, shown: { task: result && result.task, html: answer.text } };
}

function verdictsOfMany(answer, task) {
  const body = answer.json;
  if (!answer.response || !answer.response.ok) return [refusal(answer)];
  if (!body || !Array.isArray(body.results)) return [{ verdict: "retry" }];
  const verdicts = body.results.map(verdictOf);
  const recorded = verdicts.filter((each) => each.verdict === "recorded" && each.result);
  if (recorded.length) recorded[recorded.length - 1].shown = { task, html: body.html };
  return verdicts;
}

function verdictOf(result) {
  if (result.status === 200) return { verdict: "recorded", result: result.handover ? null : result, handover: result.handover };
  return refusalOf(result.status, result.error);
}

function refusal({ response, json }) {
  if (!response) return { verdict: "retry" };
  if (response.type === "opaqueredirect") return { verdict: "signed-out" };
  return refusalOf(response.status, json && json.error);
}

function refusalOf(status, error) {
  if (!error) return { verdict: "retry" };
  if (status === 401) return { verdict: "signed-out", stale: error.code === "stale_page" };
  if (NEVER.has(status)) return { verdict: "aside", why: error.message };
  return { verdict: "retry" };
}

async function post(url, body) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "HX-Request": "true", "X-CSRFToken": token() },
      body: JSON.stringify(body),
      credentials: "same-origin",
      redirect: "manual",
      signal: abort.signal,
    });
    const text = await response.text();
    return { response, text, json: parsed(response, text), restored: response.headers.get("Scanner-Restored") };
  } catch (error) {
    return { response: null };
  } finally {
    clearTimeout(timer);
  }
}

function parsed(response, text) {
  const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
  try {
    return isJson ? JSON.parse(text) : null;
  } catch (error) {
    return null;
  }
}

function token() {
  return document.querySelector("meta[name=csrf-token]").content;
}

/** Take a new token from a fresh copy of this page; false when that cannot be had. */
export async function renewToken() {
  try {
    const response = await fetch(location.href, { credentials: "same-origin", redirect: "error" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("meta[name=csrf-token]");
    if (!fresh || fresh.content === token()) return false;
    document.querySelector("meta[name=csrf-token]").content = fresh.content;
    return true;
  } catch (error) {
    return false;
  }
}
