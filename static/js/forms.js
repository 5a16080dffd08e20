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
