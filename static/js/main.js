// @ts-check
// Starts the parts that a page has. Outbox, sounds and wedge go on from page to page; all other parts end with their page.

import { Evidence } from "./evidence.js";
import { Feedback } from "./feedback.js";
import { finishOnceSent, padFor, sheets } from "./forms.js";
import { lockWhenIdle } from "./lock.js";
import { isoLocal, showMoments, uuid } from "./moments.js";
import { numberPad } from "./number_pad.js";
import { keepPagesOf } from "./offline.js";
import { forgetPages, openOffline } from "./offline_pages.js";
import { Outbox } from "./outbox.js";
import { part, partAs, parts } from "./page_parts.js";
import { PhotoReader } from "./photo.js";
import { ScanPage } from "./scan_page.js";
import { Scope } from "./scope.js";
import { showStatus } from "./status.js";
import { visit } from "./visit.js";
import { Wedge } from "./wedge.js";

/** @import { Entry, Fields, Leave, OutboxEvents, Source } from "./types.d.ts" */

const JUST_NOW_MS = 60000;
const SENT_FIRST_MS = 2000; // so that the next page shows the last scans
const AHEAD = "scanner.ahead";
const LOST = "scanner.lost"; // as in `worker.js`

const page = document.body.dataset;
const outbox = new Outbox({ scans: page.scans || "", batch: page.batch || "" });
const feedback = new Feedback({ onLocked: showSoundHint });
/** @type {string[]} codes that wait for the next page, which knows their task */
const ahead = JSON.parse(sessionStorage.getItem(AHEAD) || "[]");
let leaving = true;
let handing = false; // to another person or a new return: codes scanned now belong to the next page
let scope = new Scope();
/** @type {ScanPage | null} */
let scanPage = null;

sessionStorage.removeItem(AHEAD);
start();
new Wedge({ gs: page.gs, onCode });
tellLost();
lockWhenIdle();
openOffline(page.worker || "");
listenAlways(new Scope());

/**
 * Listen to what does not end with a page.
 * @param {Scope} always
 */
function listenAlways(always) {
  always.on(outbox, "handover", ({ detail }) => handOver(detail.entry));
  always.on(outbox, "recorded", ({ detail }) => hearElsewhere(detail));
  always.on(document, "submit", onSubmit);
  always.on(document, "htmx:afterSwap", ({ detail }) => showMoments(detail.elt.parentNode || document));
}

/** Start what this page has, then take what was scanned while it came. */
function start() {
  scope = new Scope();
  outbox.task = page.task || null;
  outbox.restored(page.restored);
  scanPage = document.querySelector("[data-known]") ? makeScanPage() : null;
  showStatus(outbox, feedback, scope);
  showMoments(document);
  sheets();
  for (const form of parts("[data-pin]")) padFor(form);
  for (const form of parts("[data-finish]")) finishOnceSent(form, outbox, scope, () => leaving || go(location.href));
  const [spoken] = parts("main [data-signal]");
  if (page.badgePage !== undefined) forgetPages();
  else keepPagesOf(page.operator);
  if (spoken && !scanPage) feedback.give(spoken.dataset.signal);
  feedback.watch();
  listen();
}

/** Take codes on this page, first those that came before it was ready. */
function listen() {
  leaving = false;
  while (ahead.length && !leaving) onCode(ahead.shift() || "");
}

function makeScanPage() {
  /** @type {Leave} */
  const leave = (url, fields) => leaving || go(url, fields);
  const times = scanPage && !handing ? scanPage.times : 1;
  const operator = Number(page.operator);
  const made = new ScanPage({ outbox, feedback, scope, operator, task: page.task || "", times, leave });
  new PhotoReader({ url: page.photos || "", page: made });
  numberPad(made, scope);
  if (made.hand()) new Evidence({ url: partAs("[data-evidence]", HTMLFormElement).action, page: made, scope, outbox, operator });
  return made;
}

/**
 * Go to another page. Codes scanned meanwhile are kept on the device, or wait for the next page, which knows their task.
 * @param {string} url
 * @param {Fields} [fields]
 */
async function go(url, fields) {
  leaving = true;
  handing = Boolean(fields && (fields.badge || fields.anew));
  const from = scope;
  await Promise.race([outbox.send(), new Promise((resolve) => setTimeout(resolve, SENT_FIRST_MS))]);
  outbox.hold();
  const came = await visit(url, fields);
  if (came === null) {
    window.addEventListener("pagehide", () => sessionStorage.setItem(AHEAD, JSON.stringify(ahead)));
    return;
  }
  if (came) {
    from.end();
    start();
  } else {
    stay(Boolean(fields && fields.anew));
  }
  handing = false;
  outbox.release();
}

/**
 * The other page could not be loaded: go on with this one.
 * @param {boolean} anew the other page was to begin a return
 */
function stay(anew) {
  const task = scanPage ? scanPage.next : page.task;
  feedback.give("refused");
  if (!task) {
    say(`The server could not be reached. Scan it again${dropAhead()}.`);
  } else if (handing && anew) {
    say(`The server could not be reached: no return was begun. Scan that again${dropAhead()}.`);
  } else if (handing) {
    say(`The server could not be reached: ${page.name} is still signed in. Scan the badge again.`);
  } else {
    say(`The server could not be reached. What you scan is kept on this device for ${task}.`);
  }
  listen();
}

/** Drop the codes that waited for the other page, since their task is not known. Returns how many. */
function dropAhead() {
  const lost = ahead.splice(0).length;
  return lost ? `, and the ${lost} after it` : "";
}

/**
 * What a code means depends on the page: a scan of its task, somebody's badge, or something to open.
 * @param {string} code
 */
function onCode(code) {
  if (scanPage && !(leaving && handing)) scanPage.take(code, "wedge");
  else if (leaving) ahead.push(code);
  else if (page.badgePage !== undefined) onBadgePage(code);
  else if (page.leave) scanAndLeave(code, page.leave);
  else go(page.open || "", { code, badge: code, next: nextPage() });
}

/**
 * A page that asks for a badge, and then for its PIN.
 * @param {string} code
 */
function onBadgePage(code) {
  if (!typedPin(code)) go(page.signIn || "", { badge: code, next: nextPage() });
}

/**
 * A PIN that comes as fast as a scanner types, from a quick hand or a printed code, is still the PIN that is asked for.
 * @param {string} code
 */
function typedPin(code) {
  const pin = document.querySelector("[data-pin] input[name=pin]");
  if (!(pin instanceof HTMLInputElement) || !pin.form || !/^\d{4,12}$/.test(code)) return false;
  pin.value = code;
  pin.form.submit();
  return true;
}

/**
 * On a page beside the task's own, a scan still counts: it is kept here, and the task's page shows what came of it.
 * @param {string} code
 * @param {string} url the task's page
 */
async function scanAndLeave(code, url) {
  leaving = true;
  try {
    if (page.task) await keep(code, page.task);
  } catch {
    feedback.give("refused");
    say(`${code.slice(0, 40)} was not kept: this device's storage is full or closed. Do not go on without help.`);
    listen();
    return;
  }
  go(url);
}

/**
 * @param {string} code
 * @param {string} task
 */
async function keep(code, task) {
  /** @type {Source} */
  const source = "wedge";
  await outbox.take(Object.freeze({
    id: uuid(), task, code, source, quantity: 1, confirm: false,
    scanned_at: isoLocal(new Date()), operator: Number(page.operator),
  }));
  await outbox.send();
}

/** @param {SubmitEvent} event */
function onSubmit(event) {
  const form = event.target;
  if (!scanPage || !(form instanceof HTMLFormElement) || !form.matches("[data-scan]")) return;
  event.preventDefault();
  const code = fieldOf(form, "code");
  const quantity = fieldOf(form, "quantity");
  if (code) scanPage.take(code.value.trim(), "typed", { quantity: quantity ? Number(quantity.value) : 1 });
  if (form.matches("[data-typed]")) form.reset();
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 */
function fieldOf(form, name) {
  return /** @type {HTMLInputElement | HTMLButtonElement | null} */ (form.elements.namedItem(name));
}

/**
 * A badge was scanned on a task's page: its owner takes over. Not when it was scanned long ago, offline.
 * @param {Entry} entry
 */
function handOver({ scan, at }) {
  if (Date.now() - at < JUST_NOW_MS) go(page.signIn || "", { badge: scan.code, next: nextPage() });
}

/**
 * Say the result of a scan whose page is gone already, as after finishing.
 * @param {OutboxEvents["recorded"]} detail
 */
function hearElsewhere({ entry, result }) {
  if (scanPage || leaving || document.hidden || Date.now() - entry.at > JUST_NOW_MS) return;
  if (result.opens) go(page.open || "", { code: result.opens });
  if (result.outcome === "accepted") return;
  feedback.give(result.signal);
  say(result.message);
}

/** Where to go after somebody has signed in. */
function nextPage() {
  const asked = document.querySelector("input[name=next]");
  return asked instanceof HTMLInputElement ? asked.value : location.pathname + location.search;
}

/** Tell of scans that no page could take (see `worker.js`). */
function tellLost() {
  const words = sessionStorage.getItem(LOST);
  sessionStorage.removeItem(LOST);
  if (!words) return;
  feedback.give("refused");
  say(words);
}

/** @param {string} words */
function say(words) {
  const trouble = part("[data-trouble]");
  trouble.textContent = words;
  trouble.hidden = false;
}

/** @param {boolean} locked */
function showSoundHint(locked) {
  const [hint] = parts("[data-sound]");
  if (hint) hint.hidden = !locked;
}
