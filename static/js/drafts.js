// @ts-check
// Keeps what somebody writes in a note until it is saved: on this tab, for that page and that person.

import { parts } from "./page_parts.js";

const KEY = "scanner.drafts";

/** @typedef {{ text: string, sent?: boolean }} Draft */

/**
 * Bring back what was written here before, and keep what is written now. What was sent is forgotten once a page says it is saved.
 * @param {string | undefined} operator
 * @param {import("./scope.js").Scope} scope
 */
export function keepDrafts(operator, scope) {
  if (document.querySelector(".notice--good")) forgetSent();
  for (const field of fields()) {
    const key = `${operator || ""} ${location.pathname} ${field.dataset.draft || ""}`;
    const kept = drafts()[key];
    if (kept && !field.value) field.value = kept.text;
    let sent = false;
    const now = () => keep(key, { text: field.value, ...(sent ? { sent } : {}) });
    scope.on(field, "input", now);
    scope.on(window, "pagehide", now); // a scan that was typed into it has been taken out again without a word
    if (field.form) scope.on(field.form, "submit", () => { sent = true; now(); });
  }
}

function fields() {
  return /** @type {HTMLTextAreaElement[]} */ (parts("main [data-draft]").filter((field) => field instanceof HTMLTextAreaElement));
}

/** @returns {Record<string, Draft>} */
function drafts() {
  return JSON.parse(sessionStorage.getItem(KEY) || "{}");
}

/**
 * @param {string} key
 * @param {Draft} draft
 */
function keep(key, draft) {
  const all = drafts();
  if (draft.text.trim()) all[key] = draft;
  else delete all[key];
  sessionStorage.setItem(KEY, JSON.stringify(all));
}

function forgetSent() {
  const left = Object.entries(drafts()).filter(([, draft]) => !draft.sent);
  /** @type {Record<string, Draft>} */
  const all = {};
  for (const [key, draft] of left) all[key] = draft;
  sessionStorage.setItem(KEY, JSON.stringify(all));
}
