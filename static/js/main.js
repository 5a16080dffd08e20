// @ts-check
// Starts the parts that a page has. Outbox, sounds and wedge go on from page to page; all other parts end with their page.

import { Ahead } from "./ahead.js";
import { keepDrafts } from "./drafts.js";
import { Evidence } from "./evidence.js";
import { Feedback } from "./feedback.js";
import { finishOnceSent, padFor, sendOnce, sheets } from "./forms.js";
import { command, tasksNamed } from "./known.js";
import { showOthers } from "./live.js";
import { lockWhenIdle } from "./lock.js";
import { isoLocal, showMoments, uuid } from "./moments.js";
import { numberPad } from "./number_pad.js";
import { keepPagesOf } from "./offline.js";
import { forgetPages, openOffline } from "./offline_pages.js";
import { Outbox } from "./outbox.js";
import { openAny, partAs, parts, targetOf } from "./page_parts.js";
import { PhotoReader } from "./photo.js";
import { ScanPage } from "./scan_page.js";
import { Scope } from "./scope.js";
import { renewToken } from "./sender.js";
import { showStatus } from "./status.js";
import { taskPages } from "./task_pages.js";
import { ask, hint, lostWords, say, sayUntilScan } from "./trouble.js";
import { sayUnreached } from "./unreached.js";
import { visit } from "./visit.js";
import { Awake } from "./wake.js";
import { Wedge } from "./wedge.js";
import { beingWritten, fillIn, takerOfCode } from "./writing.js";

/** @import { Fields, Leave, OutboxEvents, Reading, Said, Source, Strokes, Way } from "./types.d.ts" */

const JUST_NOW_MS = 60000;
const SENT_FIRST_MS = 2000; // so that the next page shows the last scans
const UNLOADING_MS = 200;
const LOST = "scanner.lost"; // as in `worker.js`

const page = document.body.dataset;
const outbox = new Outbox({ scans: page.scans || "", batch: page.batch || "" });
const feedback = new Feedback({ onLocked: showSoundHint });
const ahead = new Ahead(sessionStorage);
const awake = new Awake(navigator.wakeLock);
/** @type {Map<string, string>} codes that are not recorded yet -> what seems wrong with the keyboard */
const doubts = new Map();
let leaving = true;
let handing = false; // to another person or a new return: codes scanned now belong to the next page
let scope = new Scope();
/** @type {ScanPage | null} */
let scanPage = null;

if (ahead.lost) sessionStorage.setItem(LOST, lostWords(ahead.lost));
start();
const wedge = new Wedge({ gs: page.gs, spell, onCode, onUnsure, onCut, anew: page.settingUp !== undefined });
tellLost();
lockWhenIdle();
openOffline(page.worker || "");
listenAlways(new Scope());

/**
 * Listen to what does not end with a page.
 * @param {Scope} always
 */
function listenAlways(always) {
  always.on(outbox, "handover", ({ detail }) => handOver(detail));
  always.on(outbox, "recorded", ({ detail }) => hearElsewhere(detail));
  always.on(document, "submit", onSubmit);
  always.on(document, "click", (event) => { if (targetOf(event).closest("[data-print]")) print(); });
  always.on(document, "said", ({ detail }) => feedback.give(detail));
  always.on(document, "htmx:afterSwap", ({ detail }) => showMoments(detail.elt.parentNode || document));
}

/** Start what this page has, then take what was scanned while it came. */
function start() {
  scope = new Scope();
  outbox.task = page.task || null;
  outbox.restored(page.restored);
  if (page.idleMinutes) outbox.unlocked();
  scanPage = document.querySelector("[data-known]") ? makeScanPage() : null;
  if (!scanPage) awake.rest();
  showStatus(outbox, feedback, scope);
  showMoments(document);
  sheets();
  for (const form of parts("[data-pin]")) padFor(form);
  for (const form of parts("form[data-once]")) if (form instanceof HTMLFormElement) sendOnce(form);
  for (const form of parts("[data-finish]")) finishOnceSent(form, outbox, scope, () => leaving || go(location.href));
  const [spoken] = parts("main [data-signal]");
  if (page.badgePage === "") forgetPages(); // not where the same person shows the badge again
  else keepPagesOf(page.operator);
  if (spoken && !scanPage) feedback.give(spoken.dataset.signal);
  feedback.watch();
  keepDrafts(page.operator, scope);
  listen();
}

/** Take codes on this page, first those that came before it was ready. */
function listen() {
  leaving = false;
  if (page.settingUp !== undefined) return; // they wait for a page that takes codes
  if (ahead.way) goAgain(ahead.way);
  while (ahead.codes.length && !leaving && !(pinField() && !isPin(ahead.codes[0]))) onCode(ahead.shift());
}

function makeScanPage() {
  /** @type {Leave} */
  const leave = (url, fields) => {
    if (leaving) return;
    if (beingWritten()) ask("this page stays.", "Go on, and lose what is written", () => go(url, fields));
    else go(url, fields);
  };
  const times = scanPage && !handing ? scanPage.times : 1;
  const operator = Number(page.operator);
  const made = new ScanPage({ outbox, feedback, scope, operator, task: page.task || "", times, leave });
  new PhotoReader({ url: page.photos || "", page: made });
  numberPad(made, scope);
  showOthers(made, scope);
  const photos = document.querySelector("[data-evidence]");
  if (photos instanceof HTMLFormElement) new Evidence({ url: photos.action, page: made, scope, outbox, operator });
  return made;
}

/**
 * Go to another page. Codes scanned meanwhile are kept on the device, or wait for the next page, which knows their task.
 * @param {string} url
 * @param {Fields} [fields]
 * @param {Reading} [reading] of the keys that lead there
 */
async function go(url, fields, reading) {
  leaving = true;
  handing = Boolean(fields && (fields.badge || fields.anew));
  const from = scope;
  const aside = handing ? saidAbove() : "";
  if (fields && (handing || !scanPage)) ahead.go({ url, fields });
  await Promise.race([outbox.send(), new Promise((resolve) => setTimeout(resolve, SENT_FIRST_MS))]);
  outbox.hold();
  const came = await visitAny(url, fields, reading);
  if (came === false) await new Promise((resolve) => setTimeout(resolve, UNLOADING_MS)); // a page that goes away gets no further
  ahead.go(null);
  if (came === null) return;
  if (came) {
    from.end();
    start();
    if (aside) sayUntilScan(aside);
  } else {
    stay(fields || {});
  }
  handing = false;
  outbox.release();
}

/** What stands above the lines, such as which scans came after a badge: the page of whoever takes over says it, too. */
function saidAbove() {
  const [words] = parts("[data-hint]");
  return words && !words.hidden ? words.textContent || "" : "";
}

/**
 * This page was loaded anew on the way to another. The server may have gone there already, and the token of this page be old.
 * @param {Way} way
 */
async function goAgain({ url, fields }) {
  leaving = true;
  handing = true;
  await renewToken();
  go(url, fields);
}

/**
 * Visit a page by the first of the readings that the server knows. None of this is recorded, so that a wrong one does no harm.
 * @param {string} url
 * @param {Fields} [fields]
 * @param {Reading} [reading]
 */
async function visitAny(url, fields, reading) {
  if (!fields || !reading || !reading.others.length) return visit(url, fields);
  const { code, others, doubt } = reading;
  const last = others[others.length - 1];
  for (const way of doubt ? [...others.slice().reverse(), code] : [code, ...others]) {
    const came = await visit(url, { ...fields, ...(fields.code ? { code: way } : {}), badge: way });
    const known = !document.querySelector("[data-unknown]");
    if (came && known && way === last) wedge.learnPosition();
    if (!came || known) return came;
  }
  setTimeout(() => hint(doubt), 0); // once the page has started
  return true;
}

/**
 * The other page could not be loaded: go on with this one.
 * @param {Fields} fields what was sent there; `anew`: it was to begin a return
 */
function stay({ code, anew }) {
  const task = scanPage ? scanPage.next : page.task;
  feedback.give("refused");
  const last = ahead.codes[ahead.codes.length - 1] || code;
  if (!task && last && keepInField(String(last))) {
    const lost = ahead.drop();
    const before = lost ? `; scan the ${lost} before it again` : "";
    sayUnreached(
      `No answer: the server could not be reached. The code is kept in the field${before}.`,
      `The server answers again: scan on. The code in the field was not sent${before}.`,
    );
  } else if (!task) {
    const lost = dropAhead();
    sayUnreached(`The server could not be reached. Scan it again${lost}.`, `The server answers again. Scan it again${lost}.`);
  } else if (handing && anew) {
    const words = `no return was begun. Scan that again${dropAhead()}.`;
    sayUnreached(`The server could not be reached: ${words}`, `The server answers again: ${words}`);
  } else if (handing) {
    const words = `${page.name} is still signed in. Scan the badge again.`;
    sayUnreached(`The server could not be reached: ${words}`, `The server answers again: ${words}`);
  } else {
    sayUnreached(`The server could not be reached. What you scan is kept on this device for ${task}.`);
  }
  listen();
}

/**
 * Put a code that got no answer where it can be sent again. False where this page has no such field.
 * @param {string} code
 */
function keepInField(code) {
  const field = document.querySelector("[data-open-form] input[name=code]");
  if (field instanceof HTMLInputElement) field.value = code;
  return field instanceof HTMLInputElement;
}

/** Drop the codes that waited for the other page, since their task is not known. Returns how many. */
function dropAhead() {
  const lost = ahead.drop();
  return lost ? `, and the ${lost} after it` : "";
}

/**
 * What a code means depends on the page: a scan of its task, somebody's badge, or something to open.
 * @param {string} code
 * @param {Reading} [reading] of the keys that it came by
 * @param {Strokes} [keys]
 */
function onCode(code, reading, keys) {
  if (scanPage) awake.scanned();
  if (tellSetUp(keys)) return;
  if (reading && reading.doubt) doubts.set(code, reading.doubt);
  const field = leaving ? null : takerOfCode();
  if (field) fillIn(field, code);
  else if (scanPage && !(leaving && handing)) take(scanPage, code, reading);
  else if (leaving) ahead.push(code);
  else if (beingWritten() && !(pinField() && isPin(code))) askFirst(code, () => follow(code, reading));
  else follow(code, reading);
}

/**
 * Go where a code leads on a page without a task.
 * @param {string} code
 * @param {Reading} [reading]
 */
function follow(code, reading) {
  if (page.badgePage !== undefined) onBadgePage(code, reading);
  else if (page.leave) scanAndLeave(code, page.leave);
  else go(page.open || "", { code, badge: code, next: nextPage() }, reading);
}

/**
 * No scan leads away from what is written and not saved.
 * @param {string} code
 * @param {() => unknown} act
 */
function askFirst(code, act) {
  feedback.give("refused");
  ask(`${code.slice(0, 40)} was not taken.`, "Take it, and lose what is written", act);
}

/**
 * @param {ScanPage} taker
 * @param {string} code
 * @param {Reading} [reading]
 */
function take(taker, code, reading) {
  hint("");
  taker.take(code, "wedge");
  if (reading && outbox.state !== "idle") hint(reading.doubt); // the server will not say so now
}

/**
 * A code that the device knows, as it is spelt; null for any other.
 * @param {string} code
 */
function spell(code) {
  return command(code) || (scanPage ? scanPage.spell(code) : tasksNamed(document, taskPages()).find(code));
}

/**
 * A page that asks for a badge, and then for its PIN.
 * @param {string} code
 * @param {Reading} [reading]
 */
function onBadgePage(code, reading) {
  if (typedPin(code)) return;
  const lost = ahead.drop(); // they came after the badge of somebody who gave no PIN
  if (lost) sessionStorage.setItem(LOST, lostWords(lost));
  go(page.signIn || "", { badge: code, next: nextPage() }, reading);
}

/**
 * A PIN that comes as fast as a scanner types, from a quick hand or a printed code, is still the PIN that is asked for.
 * @param {string} code
 */
function typedPin(code) {
  const pin = pinField();
  if (!pin || !pin.form || !isPin(code)) return false;
  pin.value = code;
  pin.form.submit();
  return true;
}

/** Where a PIN is asked for; else null. */
function pinField() {
  const pin = document.querySelector("[data-pin] input[name=pin]");
  return pin instanceof HTMLInputElement ? pin : null;
}

/** @param {string} code */
function isPin(code) {
  return /^\d{4,12}$/.test(code);
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
  if (form instanceof HTMLFormElement && form.matches("[data-open-form]")) {
    event.preventDefault(); // so that it stays in the field where there is no answer
    onCode(partAs("input[name=code]", HTMLInputElement, form).value.trim());
    return;
  }
  if (!scanPage || !(form instanceof HTMLFormElement) || !form.matches("[data-scan]")) return;
  event.preventDefault();
  const code = fieldOf(form, "code");
  const quantity = fieldOf(form, "quantity");
  if (code) scanPage.take(code.value.trim(), "typed", { quantity: quantity ? Number(quantity.value) : 1, more: saidBy(form) });
  if (form.matches("[data-typed]")) form.reset();
}

/**
 * What a button says with its code.
 * @param {HTMLFormElement} form
 * @returns {Said}
 */
function saidBy(form) {
  const [location, short, reason] = ["location", "short", "reason"].map((name) => fieldOf(form, name));
  return {
    ...(location ? { location: location.value } : {}), ...(short ? { short: true } : {}), ...(reason ? { reason: reason.value } : {}),
  };
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 */
function fieldOf(form, name) {
  return /** @type {HTMLInputElement | HTMLButtonElement | null} */ (form.elements.namedItem(name));
}

/**
 * A badge was scanned on a task's page: its owner takes over. Not when the server could not be reached then.
 * @param {OutboxEvents["handover"]} badge
 */
function handOver({ entry, own, late }) {
  if (late) outbox.trust();
  if (late && own) return;
  if (late) {
    feedback.give("refused");
    say(`A badge was scanned without the network: ${page.name} is still signed in. Scan your badge again to take over.`);
    return;
  }
  const act = () => go(page.signIn || "", { badge: entry.scan.code, next: nextPage() });
  if (!beingWritten()) {
    act();
    return;
  }
  outbox.trust();
  askFirst("the badge", act);
}

/**
 * Say the result of a scan whose page is gone already, as after finishing.
 * @param {OutboxEvents["recorded"]} detail
 */
function hearElsewhere({ entry, result }) {
  const { code } = entry.scan;
  if (result.reason === "unknown") hint(doubts.get(code));
  doubts.delete(code);
  if (!result.outcome && page.idleMinutes && !leaving) location.reload(); // locked meanwhile: the page that asks for a badge
  if (scanPage || leaving || document.hidden || Date.now() - entry.at > JUST_NOW_MS) return;
  if (result.opens && !beingWritten()) go(openAny(), { code: result.opens });
  if (result.outcome === "accepted") return;
  feedback.give(result.signal);
  say(result.message);
}

/** Where to go after somebody has signed in. */
function nextPage() {
  const asked = document.querySelector("input[name=next]");
  return asked instanceof HTMLInputElement ? asked.value : location.pathname + location.search;
}

/**
 * A scanner's keys that make no code for sure.
 * @param {string} text
 * @param {Strokes} keys
 */
function onUnsure(text, keys) {
  if (tellSetUp(keys)) return;
  feedback.give("refused");
  hint("end", text);
}

/** A change of pages cut a scan in two: no part of it is a code. */
function onCut() {
  feedback.give("refused");
  sayUntilScan("The page changed during that scan. Scan it again.");
}

/**
 * The page that sets the scanner up takes all keys itself.
 * @param {Strokes} [detail]
 */
function tellSetUp(detail) {
  if (page.settingUp === undefined) return false;
  if (detail) document.dispatchEvent(new CustomEvent("scanned", { detail }));
  return true;
}

/** Tell of scans that no page could take (see `worker.js`). */
function tellLost() {
  const words = sessionStorage.getItem(LOST);
  sessionStorage.removeItem(LOST);
  if (!words) return;
  feedback.give("refused");
  say(words);
}

/** @param {boolean} locked */
function showSoundHint(locked) {
  const [words] = parts("[data-sound]");
  if (words) words.hidden = !locked;
}
