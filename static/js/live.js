// @ts-check
// Shows what others do on the task of this page within a second or two: the server says that something changed, and the page asks
// what. Where that does not get through, it asks every few seconds. Only while the page is seen: a browser has few connections.

import { inTime } from "./sender.js";

/** @import { ScanPage } from "./scan_page.js" */
/** @import { Scope } from "./scope.js" */
/** @import { OutboxEvents } from "./types.d.ts" */

const SILENT_MS = 5000; // a server says something at once; what waits on the way longer than this is held by a proxy
const DEAD_MS = 40000; // a server says something every few seconds; a stream without it is cut, though nobody was told
const ASK_MS = 3000;
const FINAL = new Set([401, 403, 404]);
const ASKS = 20; // until it is tried again whether a stream that was refused gets through

/**
 * @param {ScanPage} shown
 * @param {Scope} scope
 */
export function showOthers(shown, scope) {
  const { live, changes } = document.body.dataset;
  if (live && changes) new Others(shown, scope, { live, changes }).listen();
}

class Others {
  /**
   * @param {ScanPage} shown
   * @param {Scope} scope
   * @param {{live: string, changes: string}} urls of the stream, and of what changed
   */
  constructor(shown, scope, urls) {
    const { after = "", mark = "", over } = document.body.dataset;
    this.shown = shown;
    this.urls = urls;
    this.after = after;
    this.mark = mark;
    this.over = over !== undefined;
    this.ended = false;
    this.asking = false;
    this.again = false; // something changed while it was asked
    this.partly = false; // something that changed could not be shown yet
    this.own = 0; // answers to the scans of this device
    this.toldAt = 0; // when the page last showed what others did
    /** @type {EventSource | null} */
    this.stream = null;
    /** @type {number | undefined} */
    this.timer = undefined;
    /** @type {number | undefined} */
    this.retry = undefined;
    scope.on(shown.outbox, "recorded", ({ detail }) => this._recorded(detail));
    scope.on(document, "visibilitychange", () => this.listen());
    scope.on(document, "focusout", () => { if (this.partly) this.ask(); });
    scope.atEnd(() => this._end());
  }

  listen() {
    this._stop();
    if (document.hidden || this.ended) return;
    if (!("EventSource" in window)) {
      this._poll(false);
      return;
    }
    const opened = this.stream = new EventSource(this.urls.live);
    this.timer = setTimeout(() => this._poll(false), SILENT_MS);
    opened.addEventListener("message", () => { this._heard(); this.ask(); });
    opened.addEventListener("beat", () => this._heard());
    opened.addEventListener("error", () => { if (opened.readyState === EventSource.CLOSED) this._poll(true); });
  }

  _heard() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.listen(), DEAD_MS);
  }

  /** @param {boolean} refused whether the stream was, and may be taken later */
  _poll(refused) {
    this._stop();
    let left = ASKS;
    this.timer = setInterval(() => {
      left -= 1;
      if (refused && left <= 0) this.listen();
      else this.ask();
    }, ASK_MS);
    this.ask();
  }

  _stop() {
    if (this.stream) this.stream.close();
    this.stream = null;
    clearTimeout(this.timer); // ends an interval, too
    clearTimeout(this.retry);
  }

  _end() {
    this.ended = true;
    this._stop();
  }

  /** Ask what changed, once no finger is on the list, and again for what changes meanwhile. */
  async ask() {
    this.again = true;
    if (this.asking) return;
    this.asking = true;
    clearTimeout(this.retry);
    while (this.again && !this.ended) {
      this.again = false;
      await new Promise((resolve) => setTimeout(resolve, this.shown.lines.wait));
      if (!this.ended && !(await this._askOnce())) this.retry = setTimeout(() => this.ask(), ASK_MS);
    }
    this.asking = false;
  }

  /** Gives false where there was no answer. */
  async _askOnce() {
    const { own } = this;
    const packs = document.querySelector("#lines[data-packs]") ? "&packs=1" : "";
    const url = `${this.urls.changes}?after=${this.after}&mark=${encodeURIComponent(this.mark)}${packs}`;
    try {
      const headers = { "Accept": "application/json", "HX-Request": "true" };
      const { answer, told } = await inTime(async (signal) => {
        const came = await fetch(url, { headers, credentials: "same-origin", signal });
        return { answer: came, told: came.ok ? await came.json() : null };
      });
      if (this.ended) return true;
      if (FINAL.has(answer.status)) this._refused(answer.status);
      if (!answer.ok) return this.ended;
      // What came from here meanwhile may be newer than this answer; and nothing moves under a finger.
      if (own !== this.own || this.shown.lines.wait) this.again = true;
      else this._tell(told);
      return true;
    } catch {
      return this.ended;
    }
  }

  /**
   * Nobody is signed in, or the device is locked: the page asks for a badge. Who may not see the task any more hears no more of it.
   * @param {number} status
   */
  _refused(status) {
    this._end();
    if (status === 401) location.reload();
  }

  /** @param {{seq: number, mark: string, html: string, over: boolean}} answer */
  _tell({ seq, mark, html, over }) {
    if (html) this.toldAt = Date.now();
    this.partly = !(!html || this.shown.showOthers(html));
    if (!this.partly) {
      this.after = String(seq);
      this.mark = mark;
    }
    if (over !== this.over) this.shown.warn(over ? `${this.shown.task} is closed: nothing more counts on it.` : `${this.shown.task} is open again.`);
    this.over = over;
  }

  /** @param {OutboxEvents["recorded"]} detail */
  _recorded({ entry, result, shown }) {
    if (entry.scan.task === this.shown.task && result.signal === "finished") this.over = true;
    if (!shown) return;
    this.own += 1;
    if (entry.at > this.toldAt) return;
    this.mark = ""; // that answer may be older than what others did since: have it all told again
    this.ask();
  }
}
