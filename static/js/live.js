// @ts-check
// Shows what others do on the task of this page within a second or two: the server says that something changed, and the page asks
// what. Where that does not get through, it asks every few seconds. Only while the page is seen: a browser has few connections.

/** @import { ScanPage } from "./scan_page.js" */
/** @import { Scope } from "./scope.js" */

const SILENT_MS = 5000; // a server says something at once; what waits on the way longer than this is held by a proxy
const ASK_MS = 3000;

/**
 * @param {ScanPage} shown
 * @param {Scope} scope
 */
export function showOthers(shown, scope) {
  const { live, changes } = document.body.dataset;
  if (!live || !changes) return;
  let after = document.body.dataset.after || "";
  let asking = false;
  let again = false;
  let over = false;
  /** @type {EventSource | null} */
  let stream = null;
  /** @type {number | undefined} */
  let timer;

  async function ask() {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    try {
      const answer = await fetch(`${changes}?after=${after}`, { headers: { "Accept": "application/json", "HX-Request": "true" }, credentials: "same-origin" });
      if (answer.ok) tell(await answer.json());
    } catch {
      // Without the network nothing is told.
    }
    asking = false;
    if (again) {
      again = false;
      ask();
    }
  }

  /** @param {{seq: number, html: string, over: boolean}} answer */
  function tell({ seq, html, over: ended }) {
    after = String(seq);
    if (html) shown.showOthers(html);
    if (ended && !over) shown.warn(`${shown.task} is finished.`);
    over = ended;
  }

  function poll() {
    stop();
    timer = setInterval(ask, ASK_MS);
  }

  function stop() {
    if (stream) stream.close();
    stream = null;
    clearTimeout(timer);
    clearInterval(timer);
  }

  function listen() {
    stop();
    if (document.hidden) return;
    if (!("EventSource" in window)) {
      poll();
      return;
    }
    const opened = stream = new EventSource(live || "");
    timer = setTimeout(poll, SILENT_MS);
    opened.onmessage = () => { clearTimeout(timer); ask(); };
    opened.onerror = () => { if (opened.readyState === EventSource.CLOSED) poll(); };
  }

  scope.on(document, "visibilitychange", listen);
  scope.atEnd(stop);
  listen();
}
