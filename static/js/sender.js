// @ts-check
// Sends scans and reads the verdict on each. An answer in any other form, as of a captive portal or a proxy, counts as none.
//
// `recorded`. `aside`: it can never be recorded. `signed-out`: kept until somebody signs in. `retry`: kept, since there was no
// answer. `fault`: the program fails on it, so that others must not wait for it for ever. `handover`: a badge, whose owner takes over;
// `own`: that of who scanned it.

import { isoLocal } from "./moments.js";
import { csrfMeta, csrfToken } from "./page_parts.js";

/** @import { Result, Scan, Verdict, Verdicts } from "./types.d.ts" */

const TIMEOUT_MS = 15000;
const NEVER = new Set([400, 403, 404, 409, 413]);

/**
 * @typedef {{code: string, message: string}} Refusal the server's error
 * @typedef {Result & {status: number, handover?: boolean, own?: boolean, error?: Refusal}} Answered what a batch says of one scan
 * @typedef {{error?: Refusal, results?: Answered[], html?: string}} Body
 * @typedef {Pick<Response, "ok" | "status" | "type"> & {headers: Pick<Headers, "get">}} Head
 * @typedef {{response: Head, text: string, json: Body | null, restored: string | null}} Answer
 */

/**
 * Send one scan.
 * @param {string} url
 * @param {Scan} scan
 * @returns {Promise<Verdicts>}
 */
export async function sendOne(url, scan) {
  const answer = await post(url, stamped(scan));
  return { verdicts: [verdictOfOne(answer)], restored: answer && answer.restored };
}

/**
 * Send many in one request. What they changed on the task's page comes with the last that was recorded.
 * @param {string} url
 * @param {Scan[]} scans
 * @param {object} about
 * @param {string | null} about.task whose page is shown
 * @param {number | null} about.doubted after whose scans another person's badge came
 * @returns {Promise<Verdicts>}
 */
export async function sendMany(url, scans, { task, doubted }) {
  const answer = await post(url, { scans: scans.map(stamped), page: task, ...(doubted === null ? {} : { doubted }) });
  return { verdicts: verdictsOfMany(answer, task), restored: answer && answer.restored };
}

/**
 * With the time of this try, on the same clock as `scanned_at`: the server learns how long the scan waited.
 * @param {Scan} scan
 */
function stamped(scan) {
  return { ...scan, sent_at: isoLocal(new Date()) };
}

/**
 * What became of a scan that was sent alone.
 * @param {Answer | null} answer
 * @returns {Verdict}
 */
export function verdictOfOne(answer) {
  if (!answer || !answer.response.ok) return refusal(answer);
  const told = answer.response.headers.get("HX-Trigger");
  if (!told) return { verdict: "retry" };
  /** @type {{scan: Result, handover?: {own: boolean}}} */
  const { scan: result, handover } = JSON.parse(told);
  if (handover) return { verdict: "handover", own: handover.own };
  return { verdict: "recorded", result, shown: { task: result.task, html: answer.text } };
}

/**
 * What became of each scan of a batch, in order; one verdict for all where the batch as a whole was refused.
 * @param {Answer | null} answer
 * @param {string | null} task
 * @returns {Verdict[]}
 */
export function verdictsOfMany(answer, task) {
  if (!answer || !answer.response.ok) return [refusal(answer)];
  const { json } = answer;
  if (!json || !Array.isArray(json.results)) return [{ verdict: "retry" }];
  const verdicts = json.results.map(verdictOf);
  const last = verdicts.map(({ verdict }) => verdict).lastIndexOf("recorded");
  return verdicts.map((each, i) => (i === last && each.verdict === "recorded" ? { ...each, shown: { task, html: json.html || "" } } : each));
}

/**
 * @param {Answered} result
 * @returns {Verdict}
 */
function verdictOf(result) {
  if (result.status !== 200) return refusalOf(result.status, result.error);
  return result.handover ? { verdict: "handover", own: Boolean(result.own) } : { verdict: "recorded", result };
}

/**
 * @param {Answer | null} answer
 * @returns {Verdict}
 */
function refusal(answer) {
  if (!answer) return { verdict: "retry" };
  const { response, json } = answer;
  if (response.type === "opaqueredirect") return { verdict: "signed-out", stale: false };
  return refusalOf(response.status, json ? json.error : undefined);
}

/**
 * @param {number} status
 * @param {Refusal | undefined} error
 * @returns {Verdict}
 */
function refusalOf(status, error) {
  if (!error) return { verdict: "retry" };
  if (status === 401) return { verdict: "signed-out", stale: error.code === "stale_page" };
  if (error.code === "after_badge") return { verdict: "aside", why: error.message, doubted: true };
  if (NEVER.has(status)) return { verdict: "aside", why: error.message };
  if (status === 500 && error.code === "fault") return { verdict: "fault", why: error.message };
  return { verdict: "retry" };
}

/**
 * The server's answer; null where there was none.
 * @param {string} url
 * @param {unknown} body
 * @returns {Promise<Answer | null>}
 */
async function post(url, body) {
  const headers = { "Content-Type": "application/json", "HX-Request": "true", "X-CSRFToken": csrfToken() };
  try {
    return await inTime(async (signal) => {
      const sent = JSON.stringify(body);
      const response = await fetch(url, { method: "POST", headers, body: sent, credentials: "same-origin", redirect: "manual", signal });
      const text = await response.text();
      return { response, text, json: parsed(response, text), restored: response.headers.get("Scanner-Restored") };
    });
  } catch {
    return null;
  }
}

/**
 * Ask, and give up after a while: a network that goes in the middle of an answer says nothing for minutes. Throws then.
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} asking
 */
export async function inTime(asking) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  try {
    return await asking(abort.signal);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {Response} response
 * @param {string} text
 * @returns {Body | null}
 */
function parsed(response, text) {
  const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
  try {
    return isJson ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

/** Take a new token from a fresh copy of this page; false where none can be had. */
export async function renewToken() {
  try {
    const text = await inTime(async (signal) => (await fetch(location.href, { credentials: "same-origin", redirect: "error", signal })).text());
    const page = new DOMParser().parseFromString(text, "text/html");
    const fresh = csrfMeta(page).content;
    if (fresh === csrfToken()) return false;
    csrfMeta().content = fresh;
    return true;
  } catch {
    return false;
  }
}
