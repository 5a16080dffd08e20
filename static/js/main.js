// Brings a page to life: which parts it has is read from the page itself.

import { Feedback } from "./feedback.js";
import { padFor, sheets, submit } from "./forms.js";
import { lockWhenIdle } from "./lock.js";
import { isoLocal, showMoments, uuid } from "./moments.js";
import { Outbox } from "./outbox.js";
import { PhotoReader } from "./photo.js";
import { ScanPage } from "./scan_page.js";
import { showStatus } from "./status.js";
import { Wedge } from "./wedge.js";

const page = document.body.dataset;
const outbox = new Outbox({ scans: page.scans, batch: page.batch, task: page.task || null });
const feedback = new Feedback({ onLocked: showSoundHint });
const scanPage = document.querySelector("[data-known]") ? makeScanPage() : null;

showStatus(outbox, feedback);
showMoments(document);
sheets();
new Wedge({ gs: page.gs, onCode: (code) => onCode(code, "wedge") });
outbox.addEventListener("handover", ({ detail }) => handOver(detail.entry));
document.addEventListener("submit", onSubmit);
document.addEventListener("htmx:afterSwap", ({ detail }) => showMoments(detail.elt.parentNode || document));
if (page.idleMinutes) lockWhenIdle(Number(page.idleMinutes), page.lock);
for (const form of document.querySelectorAll("[data-pin]")) padFor(form);
const spoken = document.querySelector("main [data-signal]");
if (spoken && !scanPage) feedback.give(spoken.dataset.signal);

function makeScanPage() {
  const made = new ScanPage({ outbox, feedback, operator: Number(page.operator), task: page.task });
  new PhotoReader({ url: page.photos, page: made });
  return made;
}

/** What a code means depends on the page: a scan of its task, somebody's badge, or something to open. */
function onCode(code, source) {
  if (scanPage) return scanPage.take(code, source);
  if (page.badgePage !== undefined) return submit(page.signIn, { badge: code, next: nextPage() });
  if (page.leave) return scanAndLeave(code, source);
  return submit(page.open, { code });
}

/** On a page beside the task's own, a scan still counts: it is kept here, and the task's page shows what came of it. */
async function scanAndLeave(code, source) {
  if (page.task) {
    await outbox.take(Object.freeze({
      id: uuid(), task: page.task, code, source, quantity: 1, confirm: false,
      scanned_at: isoLocal(new Date()), operator: Number(page.operator),
    }));
  }
  location.assign(page.leave);
}

function onSubmit(event) {
  const form = event.target;
  if (!scanPage || !form.matches("[data-scan]")) return;
  event.preventDefault();
  const button = event.submitter || form.querySelector("button[name=code]");
  const code = form.elements.code && form.elements.code.value ? form.elements.code.value : button.value;
  const quantity = form.elements.quantity ? Number(form.elements.quantity.value) : 1;
  scanPage.take(code.trim(), "typed", { quantity });
  if (form.matches("[data-typed]")) form.reset();
}

/** A badge was scanned on a task's page: its owner takes over. Not when it was scanned long ago, offline. */
function handOver({ scan, at }) {
  if (Date.now() - at > 60000) return;
  submit(page.signIn, { badge: scan.code, next: nextPage() });
}

function nextPage() {
  const asked = document.querySelector("input[name=next]");
  return asked ? asked.value : location.pathname + location.search;
}

function showSoundHint(locked) {
  const hint = document.querySelector("[data-sound]");
  if (hint) hint.hidden = !locked;
}
