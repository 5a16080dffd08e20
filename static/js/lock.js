// After some idle minutes the page asks for a badge; what is unsent is kept and still goes out.

const LOOK_MS = 5000;

/** Lock once nobody has touched anything for the page's `data-idle-minutes`, or as soon after as the server can be reached. */
export function lockWhenIdle() {
  let last = Date.now();
  for (const type of ["keydown", "pointerdown", "scroll"]) {
    document.addEventListener(type, () => { last = Date.now(); }, { capture: true, passive: true });
  }
  setInterval(async () => {
    const { idleMinutes, lock } = document.body.dataset;
    if (!idleMinutes || Date.now() - last < Number(idleMinutes) * 60000) return;
    const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content };
    const answer = await fetch(lock, { method: "POST", headers, credentials: "same-origin" }).catch(() => null);
    if (answer && answer.ok) location.reload();
  }, LOOK_MS);
}
