// @ts-check
// Locks the page after some idle minutes, until somebody scans a badge. Unsent scans are still sent.

import { csrfToken } from "./page_parts.js";

const LOOK_MS = 5000;

/** Lock after the page's `data-idle-minutes` without a touch or a key. Without the server, as soon as it answers again. */
export function lockWhenIdle() {
  let last = Date.now();
  for (const type of ["keydown", "pointerdown", "scroll"]) {
    document.addEventListener(type, () => { last = Date.now(); }, { capture: true, passive: true });
  }
  setInterval(async () => {
    const { idleMinutes, lock } = document.body.dataset;
    if (!idleMinutes || !lock || Date.now() - last < Number(idleMinutes) * 60000) return;
    const headers = { "X-CSRFToken": csrfToken() };
    const answer = await fetch(lock, { method: "POST", headers, credentials: "same-origin" }).catch(() => null);
    if (answer && answer.ok) location.reload();
  }, LOOK_MS);
}
