// Brings a page to life: which parts it has is read from the page itself. Outbox, sounds and scanner live on from page to
// page; what belongs to one page starts with it and ends with it.

import { Evidence } from "./evidence.js";
import { Feedback } from "./feedback.js";
import { finishOnceSent, padFor, sheets } from "./forms.js";
import { lockWhenIdle } from "./lock.js";
import { isoLocal, showMoments, uuid } from "./moments.js";
import { numberPad } from "./number_pad.js";
import { keepPagesOf } from "./offline.js";
import { forgetPages, openOffline } from "./offline_pages.js";
import { Outbox } from "./outbox.js";
import { PhotoReader } from "./photo.js";
import { ScanPage } from "./scan_page.js";
import { Scope } from "./scope.js";
import { showStatus } from "./status.js";
import { visit } from "./visit.js";
import { Wedge } from "./wedge.js";

const JUST_NOW_MS = 60000;
const SENT_FIRST_MS = 2000; // so that the next page shows what was scanned for it meanwhile
const AHEAD = "scanner.ahead";
const LOST = "scanner.lost"; // as in `worker.js`

const page = document.body.dataset;
const outbox = new Outbox({ scans: page.scans, batch: page.batch });
const feedback = new Feedback({ onLocked: showSoundHint });
const ahead = JSON.parse(sessionStorage.getItem(AHEAD) || "[]"); // scanned while no page could tell what it belongs to
let leaving = true;
let handing = false; // to another person, or to a return begun anew: what comes after the badge, or that, belongs there
let scope = new Scope();
let scanPage = null;

sessionStorage.removeItem(AHEAD);
start();
new Wedge({ gs: page.gs, onCode });
tellLost();
lockWhenIdle();
openOffline(page.worker);
outbox.addEventListener("handover", ({ detail }) => handOver(detail.entry));
outbox.addEventListener("recorded", ({ detail }) => hearElsewhere(detail));
document.addEventListener("submit", onSubmit);
document.addEventListener("htmx:afterSwap", ({ detail }) => showMoments(detail.elt.parentNode || document));

/** Start what this page has, then take what was scanned while it came. */
function start() {
  scope = new Scope();
  outbox.task = page.task || null;
  outbox.restored(page.restored);
  scanPage = document.querySelector("[data-known]") ? makeScanPage() : null;
  showStatus(outbox, feedback, scope);
  showMoments(document);
  sheets();
  for (const form of document.querySelectorAll("[data-pin]")) padFor(form);
  for (const form of document.querySelectorAll("[data-finish]")) finishOnceSent(form, outbox, scope, () => leaving || go(location.href));
  const spoken = document.querySelector("main [data-signal]");
  if (page.badgePage !== undefined) forgetPages();
  else keepPagesOf(page.operator);
  if (spoken && !scanPage) feedback.give(spoken.dataset.signal);
  feedback.watch();
  listen();
}

/** Take codes on this page, first those that came before it was ready. */
function listen() {
  leaving = false;
  while (ahead.length && !leaving) onCode(ahead.shift());
}

function makeScanPage() {
  const leave = (...to) => leaving || go(...to);
  const times = scanPage && !handing ? scanPage.times : 1;
  const made = new ScanPage({ outbox, feedback, scope, operator: Number(page.operator), task: page.task, times, leave });
  new PhotoReader({ url: page.photos, page: made });
  numberPad(made, scope);
  if (made.hand()) new Evidence({ url: document.querySelector("[data-evidence]").action, page: made, scope, outbox, operator: Number(page.operator) });
  return made;
}

/** To another page; what is scanned meanwhile is kept on the device, or waits for the page that can tell what it is. */
async function go(url, fields) {
  leaving = true;
  handing = Boolean(fields && (fields.badge || fields.anew));
  const from = scope;
  await Promise.race([outbox.send(), new Promise((resolve) => setTimeout(resolve, SENT_FIRST_MS))]);
  outbox.hold();
  const came = await visit(url, fields);
  if (came === null) return window.addEventListener("pagehide", () => sessionStorage.setItem(AHEAD, JSON.stringify(ahead)));
  if (came) {
    from.end();
    start();
  } else {
    stay(Boolean(fields && fields.anew));
  }
  handing = false;
  return outbox.release();
}

/** The other page could not be had: go on with this one. */
function stay(anew) {
  const order = scanPage ? scanPage.next : page.task;
  feedback.give("refused");
  if (!order) {
    const lost = ahead.splice(0).length; // nobody can tell what they belong to
    say(`The server could not be reached. Scan it again${lost ? `, and the ${lost} after it` : ""}.`);
  } else if (handing && anew) {
    const lost = ahead.splice(0).length; // nobody can tell what they belong to
    say(`The server could not be reached: no return was begun. Scan that again${lost ? `, and the ${lost} after it` : ""}.`);
  } else if (handing) {
    say(`The server could not be reached: ${page.name} is still signed in. Scan the badge again.`);
  } else {
    say(`The server could not be reached. What you scan is kept on this device for ${order}.`);
  }
  listen();
}

/** What a code means depends on the page: a scan of its task, somebody's badge, or something to open. */
function onCode(code) {
  if (scanPage && !(leaving && handing)) return scanPage.take(code, "wedge");
  if (leaving) return ahead.push(code);
  if (page.badgePage !== undefined) return typedPin(code) || go(page.signIn, { badge: code, next: nextPage() });
  if (page.leave) return scanAndLeave(code);
  return go(page.open, { code, badge: code, next: nextPage() });
}

/** A PIN that comes as fast as a scanner types (a quick hand, or a printed one) is still the PIN that is asked for. */
function typedPin(code) {
  const pin = document.querySelector("[data-pin] input[name=pin]");
  if (!pin || !/^\d{4,12}$/.test(code)) return false;
  pin.value = code;
  pin.form.submit();
  return true;
}

/** On a page beside the task's own, a scan still counts: it is kept here, and the task's page shows what came of it. */
async function scanAndLeave(code) {
  leaving = true;
  try {
    if (page.task) await keep(code);
  } catch (error) {
    feedback.give("refused");
    say(`${code.slice(0, 40)} was not kept: this device's storage is full or closed. Do not go on without help.`);
    return listen();
  }
  return go(page.leave);
}

async function keep(code) {
  await outbox.take(Object.freeze({
    id: uuid(), task: page.task, code, source: "wedge", quantity: 1, confirm: false,
    scanned_at: isoLocal(new Date()), operator: Number(page.operator),
  }));
  await outbox.send();
}

function onSubmit(event) {
  const form = event.target;
  if (!scanPage || !form.matches("[data-scan]")) return;
  event.preventDefault();
  const { code, quantity } = form.elements;
  scanPage.take(code.value.trim(), "typed", { quantity: quantity ? Number(quantity.value) : 1 });
  if (form.matches("[data-typed]")) form.reset();
}

/** A badge was scanned on a task's page: its owner takes over. Not when it was scanned long ago, offline. */
function handOver({ scan, at }) {
  if (Date.now() - at < JUST_NOW_MS) go(page.signIn, { badge: scan.code, next: nextPage() });
}

/** What came of a scan of just now whose page is gone already, as after finishing. */
function hearElsewhere({ entry, result }) {
  if (scanPage || leaving || document.hidden || Date.now() - entry.at > JUST_NOW_MS) return;
  if (result.opens) go(page.open, { code: result.opens });
  if (result.outcome === "accepted") return;
  feedback.give(result.signal);
  say(result.message);
}

function nextPage() {
  const asked = document.querySelector("input[name=next]");
  return asked ? asked.value : location.pathname + location.search;
}

/** What was scanned where no page could take it: its own page is gone by now. */
function tellLost() {
  const words = sessionStorage.getItem(LOST);
  sessionStorage.removeItem(LOST);
  if (!words) return;
  feedback.give("refused");
  say(words);
}

function say(words) {
  const trouble = document.querySelector("[data-trouble]");
  trouble.textContent = words;
  trouble.hidden = false;
}

function showSoundHint(locked) {
  const hint = document.querySelector("[data-sound]");
  if (hint) hint.hidden = !locked;
}
