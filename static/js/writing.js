// @ts-check
// Forms that somebody fills in: a scan goes into a field that takes a code, and never throws away what is written and not saved.

import { partAs, parts } from "./page_parts.js";

const WRITTEN_IN = "main form, [data-sheet] form";
// There a scan does what the form does (`data-code`), finds something else, or what is chosen is sent or in the address at once.
const NOT_WRITTEN = "[type=hidden], [type=search], [data-code], [data-pin] *, [data-photo] *, [data-evidence] *, [hx-push-url] *";
const REFUSED = "main [aria-invalid], main .notice--bad, main .prompt--bad";

/**
 * The field in which this page takes a code: the one with the focus, or an empty one of the form with the focus, the next first.
 * Without the focus in a form only one that is empty and `always` takes a code. What somebody wrote elsewhere stays; what somebody
 * looked for gives way to what is scanned.
 */
export function takerOfCode() {
  const { fill } = document.body.dataset;
  if (fill) return partAs(`main [name=${fill}]`, HTMLInputElement);
  const focused = document.activeElement || document.body;
  const takers = fieldsIn("main [data-takes-code]").filter((field) => field.offsetParent !== null && !field.readOnly && !field.disabled);
  const own = takers.find((field) => field === focused);
  if (own && own.dataset.filled !== own.value) return own;
  const form = focused.closest("form");
  const free = takers.filter((field) => (!field.value || field.type === "search") && (form ? field.form === form : field.dataset.takesCode === "always"));
  if (own) return free.find((field) => field.name === own.name) || own; // the next row
  return free.find((field) => focused.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_FOLLOWING) || free[0] || null;
}

/**
 * Write a code into a field; nothing else of the form is lost.
 * @param {HTMLInputElement} field
 * @param {string} code
 */
export function fillIn(field, code) {
  field.value = code;
  field.dataset.filled = code;
  for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
  field.focus();
}

/** Whether something is written or chosen here that is not saved. */
export function beingWritten() {
  const came = document.body.dataset.answer !== undefined && document.querySelector(REFUSED); // it is filled in as it was sent
  return parts(WRITTEN_IN).some((form) => Array.from(/** @type {HTMLFormElement} */ (form).elements).some((field) => {
    if (field.matches(NOT_WRITTEN)) return false;
    if (field instanceof HTMLSelectElement) return field.selectedIndex !== indexOf(field);
    if (field instanceof HTMLInputElement && /^(?:checkbox|radio)$/.test(field.type)) return field.checked !== field.defaultChecked;
    const isText = field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement;
    return isText && field.value !== (came ? "" : field.defaultValue);
  }));
}

/**
 * Which option was chosen when the page came.
 * @param {HTMLSelectElement} field
 */
function indexOf(field) {
  return Math.max(0, Array.from(field.options).map((option) => option.defaultSelected).lastIndexOf(true));
}

/** @param {string} selector */
function fieldsIn(selector) {
  return /** @type {HTMLInputElement[]} */ (parts(selector).filter((field) => field instanceof HTMLInputElement));
}
