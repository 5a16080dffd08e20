// @ts-check
// Photos of goods: taken after a grade, shrunk, kept on the device, and sent as soon as the server has the scan that
// they belong to. A photo leaves the device only once the server says that it is recorded.

import { swapIn } from "./fragments.js";
import { uuid } from "./moments.js";
import { csrfToken, targetOf } from "./page_parts.js";
import { shrink } from "./photo.js";
import { dropPhoto, keepPhoto, waitingPhotos } from "./photo_store.js";

/** @import { Outbox } from "./outbox.js" */
/** @import { ScanPage } from "./scan_page.js" */
/** @import { Scope } from "./scope.js" */
/** @import { Photo } from "./types.d.ts" */

const AGAIN_MS = 15000;
const LONGEST_PX = 1600; // as the server keeps it
const TIMEOUT_MS = 60000;
const NEVER = new Set([400, 404, 409, 413]); // 404: its scan will never be recorded
const NOT_NOW = 403; // the person may not send it now. It is kept, since it cannot be taken again

export class Evidence {
  /**
   * @param {object} options
   * @param {string} options.url takes photos
   * @param {ScanPage} options.page says which scan is the last grade
   * @param {Scope} options.scope
   * @param {Outbox} options.outbox
   * @param {number} options.operator
   */
  constructor({ url, page, scope, outbox, operator }) {
    this.url = url;
    this.page = page;
    this.outbox = outbox;
    this.operator = operator;
    this.ended = false;
    this.wanted = false;
    /** @type {Promise<unknown> | null} */
    this.sending = null;
    /** @type {number | undefined} */
    this.timer = undefined;
    scope.on(document, "change", (event) => this._changed(targetOf(event)));
    scope.on(outbox, "recorded", ({ detail }) => { if (detail.shown) this.send(); }); // by then the page shows what it changed
    scope.on(window, "online", () => this.send());
    scope.atEnd(() => { this.ended = true; clearTimeout(this.timer); });
    this.send();
  }

  /** @param {Element} target */
  _changed(target) {
    if (target instanceof HTMLInputElement && target.matches("[data-evidence] input[type=file]")) this._take(target);
  }

  /** @param {HTMLInputElement} input */
  async _take(input) {
    const { form, files } = input;
    if (!form) return;
    const chosen = Array.from(files || []);
    const graded = /** @type {HTMLInputElement} */ (form.elements.namedItem("scan")).value; // the last grade that is recorded
    const scan = this.page.lastGrade() || graded;
    form.reset();
    if (!scan) return;
    for (const file of chosen) {
      try {
        await keepPhoto({ id: uuid(), scan, task: this.page.task, operator: this.operator, at: Date.now(), blob: await shrink(file, LONGEST_PX) });
      } catch {
        this.page.warn("The photo was not kept: this device's storage is full or closed. Take it again elsewhere.");
        this.page.feedback.give("refused");
      }
    }
    this.send();
  }

  /**
   * Send what waits, one after another, once every scan is recorded: those that the photos belong to are among them.
   * @returns {Promise<unknown>}
   */
  send() {
    this.wanted = true;
    if (!this.sending) this.sending = this._work().catch(() => {}).then(() => this._rest());
    return this.sending;
  }

  /**
   * Start again if that was asked for meanwhile: the scan of a photo may be recorded now.
   * @returns {Promise<unknown> | null}
   */
  _rest() {
    this.sending = null;
    return this.wanted && !this.ended ? this.send() : null;
  }

  async _work() {
    this.wanted = false;
    clearTimeout(this.timer);
    for (const photo of await waitingPhotos()) {
      this._show(await waitingPhotos());
      if (!(await this._send(photo))) break;
    }
    const left = await waitingPhotos();
    this._show(left);
    if (left.length && !this.ended) this.timer = setTimeout(() => this.send(), AGAIN_MS);
  }

  /**
   * Whether the next one may be tried: false where the server did not answer.
   * @param {Photo} photo
   */
  async _send(photo) {
    if ((await this.outbox.list("waiting")).length) return false;
    const { status, html, recorded } = await this._post(photo);
    if (recorded) {
      await dropPhoto(photo.id);
      if (photo.task === this.page.task && !this.ended) swapIn(html);
      return true;
    }
    const why = wordsOf(html);
    if (!(NEVER.has(status) || status === NOT_NOW) || !why) return false; // an answer without a reason is not of our server, but of a captive portal
    if (!photo.refused) await this._refused(photo, status, why);
    return true;
  }

  /**
   * @param {Photo} photo
   * @param {number} status
   * @param {string} why
   */
  async _refused(photo, status, why) {
    if (status === NOT_NOW) await keepPhoto({ ...photo, refused: true });
    else await dropPhoto(photo.id);
    this.page.warn(`A photo was not taken in${status === NOT_NOW ? ", and is kept here" : ""}: ${why}`);
    this.page.feedback.give("refused");
  }

  /** @param {Photo} photo */
  async _post({ id, scan, operator, blob }) {
    const body = new FormData();
    body.append("id", id);
    body.append("scan", scan);
    body.append("operator", String(operator));
    body.append("photo", blob, "photo.jpg");
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    const headers = { "HX-Request": "true", "X-CSRFToken": csrfToken() };
    try {
      const response = await fetch(this.url, {
        method: "POST", body, headers, credentials: "same-origin", redirect: "manual", signal: abort.signal,
      });
      return { status: response.status, html: await response.text(), recorded: response.headers.has("HX-Trigger") };
    } catch {
      return { status: 0, html: "", recorded: false };
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Show how many wait, on the button that takes photos.
   * @param {Photo[]} photos
   */
  _show(photos) {
    const form = document.querySelector("[data-evidence]");
    if (!(form instanceof HTMLElement) || this.ended) return;
    form.hidden = form.hidden && !photos.length;
    if (photos.length) form.dataset.waiting = `${photos.length} waiting`;
    else delete form.dataset.waiting;
  }
}

/**
 * Why the server refused, in its words; null where the answer has none.
 * @param {string} html
 */
function wordsOf(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const words = page.querySelector(".prompt__more");
  return words ? words.textContent : null;
}
