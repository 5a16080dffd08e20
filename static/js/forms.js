// @ts-check
// Small helpers of forms: the PIN pad, the sheets above the thumb zone, and the form that finishes a task.

/** @import { Outbox } from "./outbox.js" */
/** @import { Scope } from "./scope.js" */

import { part, partAs, parts, targetOf } from "./page_parts.js";

/**
 * Have the buttons with digits write into the PIN field.
 * @param {HTMLElement} form
 */
export function padFor(form) {
  const field = partAs("input[name=pin]", HTMLInputElement, form);
  part("[data-pin-pad]", form).addEventListener("click", (event) => {
    /** @type {HTMLElement | null} */
    const key = targetOf(event).closest("[data-digit]");
    if (!key) return;
    field.value = key.dataset.digit ? field.value + key.dataset.digit : field.value.slice(0, -1);
  });
}

/**
 * A form that takes a while is sent once: its button says what goes on, and takes no second tap.
 * @param {HTMLFormElement} form
 */
export function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    const button = partAs("button", HTMLButtonElement, form);
    if (button.getAttribute("aria-disabled")) event.preventDefault();
    button.setAttribute("aria-disabled", "true"); // one that is disabled would lose the focus
    button.textContent = form.dataset.once || "";
  });
  window.addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
}

/** Have buttons open and close their sheet above the thumb zone. */
export function sheets() {
  for (const button of parts("[data-open-sheet]")) {
    const sheet = part(`[data-sheet=${button.dataset.openSheet}]`);
    button.addEventListener("click", () => {
      sheet.hidden = !sheet.hidden;
      button.setAttribute("aria-expanded", String(!sheet.hidden));
      if (!sheet.hidden) part("input:not([type=hidden])", sheet).focus();
    });
  }
}

/**
 * Keep a task from being finished while scans of this device are not sent: goods that look short may be among them. The page is
 * loaded again once they are recorded. Not after a scan that could not be stored, since its warning has to stay.
 * @param {HTMLElement} form
 * @param {Outbox} outbox
 * @param {Scope} scope
 * @param {() => unknown} reload
 */
export function finishOnceSent(form, outbox, scope, reload) {
  const warning = part("[data-unsent-warning]");
  const button = partAs("button", HTMLButtonElement, form);
  let recorded = false;
  const look = () => {
    if (recorded && !outbox.waiting) {
      reload();
      return;
    }
    const waits = outbox.waiting > 0;
    warning.hidden = !waits;
    warning.textContent = `${outbox.waiting} of this device's scans are not sent yet. The list is complete once they are.`;
    button.disabled = waits;
  };
  scope.on(outbox, "recorded", () => { recorded = true; });
  scope.on(outbox, "change", look);
  look();
}
