// Small helpers of forms: the PIN pad, and the sheets above the thumb zone.

/** The digits under the thumb write into the PIN field. */
export function padFor(form) {
  const field = form.querySelector("input[name=pin]");
  form.querySelector("[data-pin-pad]").addEventListener("click", (event) => {
    const key = event.target.closest("[data-digit]");
    if (!key) return;
    field.value = key.dataset.digit ? field.value + key.dataset.digit : field.value.slice(0, -1);
  });
}

/** Buttons that open and close a sheet above the thumb zone. */
export function sheets() {
  for (const button of document.querySelectorAll("[data-open-sheet]")) {
    const sheet = document.querySelector(`[data-sheet=${button.dataset.openSheet}]`);
    button.addEventListener("click", () => {
      sheet.hidden = !sheet.hidden;
      button.setAttribute("aria-expanded", String(!sheet.hidden));
      if (!sheet.hidden) sheet.querySelector("input:not([type=hidden])").focus();
    });
  }
}

/** Nobody finishes while scans of this device are on their way: what looks short may be among them. Once they are recorded the
    page is had anew; not after a scan that could not even be kept, whose warning has to stay. */
export function finishOnceSent(form, outbox, scope, reload) {
  const warning = document.querySelector("[data-unsent-warning]");
  let recorded = false;
  const look = () => {
    if (recorded && !outbox.waiting) return reload();
    const waits = outbox.waiting > 0;
    warning.hidden = !waits;
    warning.textContent = `${outbox.waiting} of this device's scans are not sent yet. The list is complete once they are.`;
    form.querySelector("button").disabled = waits;
    return undefined;
  };
  scope.on(outbox, "recorded", () => { recorded = true; });
  scope.on(outbox, "change", look);
  look();
}
