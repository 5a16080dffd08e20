// @ts-check
// The button "2 not sent yet", always in sight, and its list of scans that wait or were set aside.

import { isoLocal } from "./moments.js";
import { part, partAs } from "./page_parts.js";

/** @import { Feedback } from "./feedback.js" */
/** @import { Outbox } from "./outbox.js" */
/** @import { Scope } from "./scope.js" */
/** @import { Scan, StoredEntry } from "./types.d.ts" */

/** @typedef {Pick<Outbox, "waiting" | "aside" | "state">} Waits how much waits, and why */

const SLOW_MS = 400;

/**
 * @param {Outbox} outbox
 * @param {Feedback} feedback
 * @param {Scope} scope
 */
export function showStatus(outbox, feedback, scope) {
  const button = part("[data-outbox]");
  const dialog = partAs("#outbox-dialog", HTMLDialogElement);
  /** @type {number | undefined} */
  let slow;

  const count = () => {
    part("[data-outbox-count]", button).textContent = String(outbox.aside && !outbox.waiting ? outbox.aside : outbox.waiting);
  };
  const render = () => {
    const words = buttonWords(outbox);
    button.dataset.state = words.state;
    part("[data-outbox-words]", button).textContent = words.short;
    count();
    if (dialog.open) fill(dialog, outbox);
  };
  scope.on(outbox, "change", () => {
    count();
    if (!outbox.waiting || outbox.state !== "idle") render();
    clearTimeout(slow);
    if (outbox.waiting) slow = setTimeout(render, SLOW_MS); // no colour for scans that are sent at once
  });
  scope.on(outbox, "failed", render);

  button.addEventListener("click", () => fill(dialog, outbox).then(() => dialog.open || dialog.showModal()));
  part("[data-outbox-close]", dialog).addEventListener("click", () => dialog.close());
  part("[data-outbox-send]", dialog).addEventListener("click", () => outbox.send());
  setVolume(partAs("[data-volume]", HTMLInputElement, dialog), feedback);
  render();
}

/**
 * Have a slider set how loud the sounds are.
 * @param {HTMLInputElement} slider from 0 to 100
 * @param {Feedback} feedback
 */
function setVolume(slider, feedback) {
  slider.value = String(feedback.volume * 100);
  slider.addEventListener("input", () => { feedback.volume = Number(slider.value) / 100; });
  slider.addEventListener("change", () => feedback.give("counted"));
}

/**
 * What the button says, and which look it has.
 * @param {Waits} outbox
 */
export function buttonWords(outbox) {
  if (outbox.waiting && outbox.state === "signed-out") return { state: "signed-out", short: "sign in to send" };
  if (outbox.waiting) return { state: "waiting", short: "not sent yet" };
  if (outbox.aside) return { state: "aside", short: "set aside" };
  return { state: "idle", short: "" };
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {Outbox} outbox
 */
async function fill(dialog, outbox) {
  const [waiting, aside] = await Promise.all([outbox.list("waiting"), outbox.list("aside")]);
  part("[data-outbox-summary]", dialog).textContent = summary(outbox, waiting.length);
  part("[data-outbox-sign-in]", dialog).hidden = !waiting.length || outbox.state !== "signed-out";
  const list = part("[data-outbox-list]", dialog);
  list.hidden = !waiting.length;
  list.replaceWith(withRows(list, waiting.map(({ scan }) => row(scan))));
  part("[data-aside]", dialog).hidden = !aside.length;
  const asideList = part("[data-aside-list]", dialog);
  asideList.replaceWith(withRows(asideList, aside.map((entry) => asideRow(entry, outbox, dialog))));
}

/**
 * @param {Waits} outbox
 * @param {number} waiting
 */
function summary(outbox, waiting) {
  if (!waiting) return "Everything is sent.";
  if (outbox.state === "signed-out") return `${waiting} not sent yet: sign in, and they go out by themselves.`;
  if (outbox.state === "waiting") return `${waiting} not sent yet: the server could not be reached. They are safe here and go out by themselves.`;
  return `${waiting} on the way.`;
}

/**
 * @param {HTMLElement} list
 * @param {HTMLElement[]} rows
 */
function withRows(list, rows) {
  const fresh = /** @type {HTMLElement} */ (list.cloneNode(false));
  fresh.append(...rows);
  return fresh;
}

/**
 * @param {Scan} scan
 * @param {string} [more]
 */
function row(scan, more = "") {
  const item = document.createElement("li");
  const code = document.createElement("span");
  code.className = "code";
  code.textContent = `${scan.code.slice(0, 60)}${scan.quantity > 1 ? ` × ${scan.quantity}` : ""}`;
  const words = document.createElement("p");
  words.className = "soft";
  words.textContent = `${scan.task}, ${isoLocal(new Date(scan.scanned_at)).slice(11, 19)}. ${more}`;
  item.append(code, words);
  return item;
}

/**
 * @param {StoredEntry} entry
 * @param {Outbox} outbox
 * @param {HTMLDialogElement} dialog
 */
function asideRow(entry, outbox, dialog) {
  const item = row(entry.scan, entry.why);
  if (entry.again) item.append(pressable("Send again", () => outbox.sendAgain(entry).then(() => fill(dialog, outbox))));
  item.append(pressable("Put away", () => outbox.dismiss(entry.n).then(() => fill(dialog, outbox))));
  return item;
}

/**
 * @param {string} words
 * @param {() => unknown} act
 */
function pressable(words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}
