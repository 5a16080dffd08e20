// @ts-check
// The page of all signs: each button gives the sound and the buzz of its signal.

import { Feedback } from "./feedback.js";

const feedback = new Feedback({ onLocked: () => {} });
for (const button of document.querySelectorAll("[data-try]")) {
  if (!(button instanceof HTMLButtonElement)) continue;
  button.addEventListener("click", () => {
    feedback.until = 0; // whoever tries one does not wait for a graver one
    feedback.give(button.dataset.try);
  });
}
