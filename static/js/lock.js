// After some idle minutes the page asks for a badge; what is unsent is kept and still goes out.

/** Lock at once, or as soon as the server can be reached. */
export function lockWhenIdle(minutes, url) {
  let last = Date.now();
  for (const type of ["keydown", "pointerdown", "scroll"]) {
    document.addEventListener(type, () => { last = Date.now(); }, { capture: true, passive: true });
  }
  setInterval(async () => {
    if (Date.now() - last < minutes * 60000) return;
    const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content };
    const answer = await fetch(url, { method: "POST", headers, credentials: "same-origin" }).catch(() => null);
    if (answer && answer.ok) location.reload();
  }, 5000);
}
