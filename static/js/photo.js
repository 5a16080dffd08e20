// @ts-check
// Photos of labels: made small on the device and read by the server. One known label counts at once; of several a person chooses.

import { Camera, haveCamera } from "./camera.js";
import { csrfToken, part, partAs, targetOf } from "./page_parts.js";

/** @import { ScanPage } from "./scan_page.js" */

// Of 244 labels read in photos of 12 megapixels, 4 were lost at 3,600 pixels a side, 7 at 3,200, 47 at 2,000
// (benchmarks/decoding_shrink.py): a photo of 12 megapixels is sent as it is.
const LONGEST_PX = 4096;
const MOST_BYTES = 6e6;
const QUALITY = 0.85;
const TIMEOUT_MS = 30000;

export class PhotoReader {
  /**
   * @param {object} options
   * @param {string} options.url reads photos
   * @param {ScanPage} options.page
   */
  constructor({ url, page }) {
    this.url = url;
    this.page = page;
    this.dialog = partAs("[data-photo-dialog]", HTMLDialogElement);
    this.input = partAs("[data-photo] input[type=file]", HTMLInputElement);
    this.camera = haveCamera() ? this._makeCamera() : null;
    part("[data-take-photo]").addEventListener("click", () => this._start());
    part("[data-choose-photo]").addEventListener("click", () => this.input.click());
    this.input.addEventListener("change", () => this._chosen());
    this.dialog.addEventListener("submit", (event) => this._picked(event));
    this.dialog.addEventListener("click", (event) => { if (targetOf(event).closest("[data-close]")) this.dialog.close(); });
  }

  _makeCamera() {
    return new Camera({
      onCode: (code) => this.page.take(code, "camera"),
      isKnown: (code) => Boolean(this.page.kept.known.find(code)),
      askServer: async (frame) => {
        if (!frame) throw new Error("the frame could not be had");
        const { ok, html } = await this._read(frame);
        if (!ok) throw new Error("no answer");
        return onlyCodeIn(html);
      },
    });
  }

  /** Open the live camera, or close it; where there is none, ask for a photo. */
  _start() {
    const { camera } = this;
    if (!camera) this.input.click();
    else if (camera.isOpen) camera.close();
    else camera.open().catch(() => this._withoutCamera());
  }

  _withoutCamera() {
    this.page.say("The camera cannot be used: allow it in the browser's settings, or choose a photo.");
    this.input.click();
  }

  async _chosen() {
    const file = this.input.files && this.input.files[0];
    if (!file) return;
    this.input.value = "";
    this.page.say("Reading the photo…");
    try {
      this._show((await this._read(await shrink(file))).html);
    } catch {
      this.page.say("The photo could not be sent: no network. Scan or type the code; that works without one.");
      this.page.feedback.give("refused");
    }
  }

  /**
   * Have the server read the labels in a photo.
   * @param {Blob} photo
   */
  async _read(photo) {
    const body = new FormData();
    body.append("photo", photo, "photo.jpg");
    body.append("task", this.page.task);
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    try {
      const headers = { "HX-Request": "true", "X-CSRFToken": csrfToken() };
      const response = await fetch(this.url, { method: "POST", body, headers, credentials: "same-origin", signal: abort.signal });
      return { ok: response.ok, html: await response.text() };
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {string} html the server's answer */
  _show(html) {
    this.dialog.innerHTML = html;
    /** @type {HTMLElement | null} */
    const form = this.dialog.querySelector("[data-pick]");
    this.page.say("");
    if (form && form.dataset.only) {
      this.page.take(form.dataset.only, "photo");
      return;
    }
    if (!form) this.page.feedback.give("refused");
    this.dialog.append(closeButton());
    this.dialog.showModal();
  }

  /** @param {Event} event */
  _picked(event) {
    event.preventDefault();
    /** @type {NodeListOf<HTMLInputElement>} */
    const ticked = this.dialog.querySelectorAll("input:checked");
    for (const { dataset } of ticked) this.page.take(dataset.text || "", "photo");
    this.dialog.close();
  }
}

function closeButton() {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "button button--wide", textContent: "Close" });
  button.setAttribute("data-close", "");
  return button;
}

/**
 * The code in the server's answer that counts without asking, or null.
 * @param {string} html
 */
function onlyCodeIn(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  /** @type {HTMLElement | null} */
  const form = template.content.querySelector("[data-only]");
  return form ? form.dataset.only || null : null;
}

/**
 * A photo of at most `longest` pixels a side, the right way up where the browser knows it; the file itself where that will do.
 * @param {File} file
 * @param {number} [longest]
 * @returns {Promise<Blob>}
 */
export async function shrink(file, longest = LONGEST_PX) {
  const url = URL.createObjectURL(file);
  try {
    const image = await load(url);
    const scale = Math.min(1, longest / Math.max(image.naturalWidth, image.naturalHeight));
    if (scale === 1 && file.size < MOST_BYTES) return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.naturalWidth * scale);
    canvas.height = Math.round(image.naturalHeight * scale);
    const context = canvas.getContext("2d");
    if (!context) return file;
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob((blob) => resolve(blob || file), "image/jpeg", QUALITY));
  } catch {
    return file;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/**
 * @param {string} url
 * @returns {Promise<HTMLImageElement>}
 */
function load(url) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = reject;
    image.src = url;
  });
}
