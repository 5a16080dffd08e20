// Photos of returned goods: taken after a grade, shrunk, kept on the device, and sent as soon as the server has the scan
// that they belong to. A photo leaves the device only when the server has said that it is in the record.

import { swapIn } from "./fragments.js";
import { uuid } from "./moments.js";
import { shrink } from "./photo.js";
import { dropPhoto, keepPhoto, waitingPhotos } from "./photo_store.js";

const AGAIN_MS = 15000;
const LONGEST_PX = 1600; // as the server keeps it
const TIMEOUT_MS = 60000;
const NEVER = new Set([400, 404, 409, 413]); // 404: its scan was never recorded, nor will be
const NOT_NOW = 403; // whoever took it has left, say: the photo is kept, as what it shows may be gone

export class Evidence {
  /** `url` takes photos; `page` is the ScanPage that says which scan is the last grade. */
  constructor({ url, page, scope, outbox, operator }) {
    Object.assign(this, { url, page, outbox, operator });
    this.ended = false;
    const changed = (event) => { if (event.target.matches("[data-evidence] input[type=file]")) this._take(event.target); };
    scope.on(document, "change", changed);
    scope.on(outbox, "recorded", ({ detail }) => { if (detail.shown) this.send(); }); // the page shows by now what it changed
    scope.on(window, "online", () => this.send());
    scope.endings.push(() => { this.ended = true; clearTimeout(this.timer); });
    this.send();
  }

  async _take(input) {
    const files = Array.from(input.files);
    const form = input.form;
    const scan = this.page.lastGrade() || form.elements.scan.value;
    form.reset();
    if (!scan) return;
    for (const file of files) {
      try {
        await keepPhoto({ id: uuid(), scan, task: this.page.task, operator: this.operator, at: Date.now(), blob: await shrink(file, LONGEST_PX) });
      } catch (error) {
        this.page.warn("The photo was not kept: this device's storage is full or closed. Take it again elsewhere.");
        this.page.feedback.give("refused");
      }
    }
    this.send();
  }

  /** Send what waits, one after another, once every scan is recorded: those that the photos belong to are then. */
  send() {
    this.wanted = true;
    if (!this.sending) this.sending = this._work().catch(() => {}).then(() => this._rest());
    return this.sending;
  }

  /** A scan that was recorded meanwhile may be the one that a photo waits for. */
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

  /** Whether the next one may be tried: false where the server did not answer. */
  async _send(photo) {
    if ((await this.outbox.list("waiting")).length) return false;
    const { status, html, recorded } = await this._post(photo);
    if (recorded) {
      await dropPhoto(photo.id);
      if (photo.task === this.page.task && !this.ended) swapIn(html);
      return true;
    }
    if (!(NEVER.has(status) || status === NOT_NOW) || !wordsOf(html)) return false; // only the server's own word counts, not a portal's
    if (photo.refused) return true;
    if (status === NOT_NOW) await keepPhoto({ ...photo, refused: true });
    else await dropPhoto(photo.id);
    this.page.warn(`A photo was not taken in${status === NOT_NOW ? ", and is kept here" : ""}: ${wordsOf(html)}`);
    this.page.feedback.give("refused");
    return true;
  }

  async _post(photo) {
    const body = new FormData();
    for (const name of ["id", "scan", "operator"]) body.append(name, photo[name]);
    body.append("photo", photo.blob, "photo.jpg");
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    const headers = { "HX-Request": "true", "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content };
    try {
      const response = await fetch(this.url, {
        method: "POST", body, headers, credentials: "same-origin", redirect: "manual", signal: abort.signal,
      });
      return { status: response.status, html: await response.text(), recorded: response.headers.has("HX-Trigger") };
    } catch (error) {
      return { status: 0, html: "", recorded: false };
    } finally {
      clearTimeout(timer);
    }
  }

  /** How many wait, always in sight. */
  _show(photos) {
    const form = document.querySelector("[data-evidence]");
    if (!form || this.ended) return;
    form.hidden = form.hidden && !photos.length;
    if (photos.length) form.dataset.waiting = `${photos.length} waiting`;
    else delete form.dataset.waiting;
  }
}

/** Why the server would not have it, in its words; null where they are not its. */
function wordsOf(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const words = page.querySelector(".prompt__more");
  return words ? words.textContent : null;
}
