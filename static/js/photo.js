// A photo, shrunk on the device, read by the server. One known label counts at once; several are shown and ticked.

import { Camera, haveCamera } from "./camera.js";

// Of 244 labels read in photos of 12 megapixels, 4 were lost at 3,600 pixels a side, 7 at 3,200, 47 at 2,000
// (benchmarks/decoding_shrink.py): what a phone takes at 12 megapixels travels as it is.
const LONGEST_PX = 4096;
const MOST_BYTES = 6e6;
const QUALITY = 0.85;
const TIMEOUT_MS = 30000;

export class PhotoReader {
  constructor({ url, page }) {
    this.url = url;
    this.page = page;
    this.form = document.querySelector("[data-photo]");
    this.dialog = document.querySelector("[data-photo-dialog]");
    this.input = this.form.querySelector("input[type=file]");
    this.camera = haveCamera() ? this._makeCamera() : null;
    document.querySelector("[data-take-photo]").addEventListener("click", () => this._start());
    document.querySelector("[data-choose-photo]").addEventListener("click", () => this.input.click());
    this.input.addEventListener("change", () => this._chosen());
    this.dialog.addEventListener("submit", (event) => this._picked(event));
    this.dialog.addEventListener("click", (event) => { if (event.target.closest("[data-close]")) this.dialog.close(); });
  }

  _makeCamera() {
    return new Camera({
      onCode: (code) => this.page.take(code, "camera"),
      isKnown: (code) => Boolean(this.page.kept.known.find(code)),
      askServer: async (frame) => {
        const { ok, html } = await this._read(frame);
        if (!ok) throw new Error("no answer");
        return onlyCodeIn(html);
      },
    });
  }

  /** The live camera where there is one, else a single photo. */
  _start() {
    if (!this.camera) return this.input.click();
    if (this.camera.isOpen) return this.camera.close();
    return this.camera.open().catch(() => {
      this.page.say("The camera cannot be used: allow it in the browser's settings, or choose a photo.");
      this.input.click();
    });
  }

  async _chosen() {
    const [file] = this.input.files;
    if (!file) return;
    this.input.value = "";
    this.page.say("Reading the photo…");
    try {
      this._show((await this._read(await shrink(file))).html);
    } catch (error) {
      this.page.say("The photo could not be sent: no network. Scan or type the code; that works without one.");
      this.page.feedback.give("refused");
    }
  }

  async _read(photo) {
    const body = new FormData();
    body.append("photo", photo, "photo.jpg");
    body.append("task", this.page.task);
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    const token = document.querySelector("meta[name=csrf-token]").content;
    try {
      const headers = { "HX-Request": "true", "X-CSRFToken": token };
      const response = await fetch(this.url, { method: "POST", body, headers, credentials: "same-origin", signal: abort.signal });
      return { ok: response.ok, html: await response.text() };
    } finally {
      clearTimeout(timer);
    }
  }

  _show(html) {
    this.dialog.innerHTML = html;
    const form = this.dialog.querySelector("[data-pick]");
    this.page.say("");
    if (form && form.dataset.only) return this.page.take(form.dataset.only, "photo");
    if (!form) this.page.feedback.give("refused");
    const close = document.createElement("button");
    Object.assign(close, { type: "button", className: "button button--wide", textContent: "Close" });
    close.setAttribute("data-close", "");
    this.dialog.append(close);
    return this.dialog.showModal();
  }

  _picked(event) {
    event.preventDefault();
    for (const box of this.dialog.querySelectorAll("input:checked")) this.page.take(box.dataset.text, "photo");
    this.dialog.close();
  }
}

/** The code that counts without asking, in the server's answer. */
function onlyCodeIn(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const form = template.content.querySelector("[data-only]");
  return form ? form.dataset.only : null;
}

/** At most `longest` pixels a side, the right way up as far as the browser knows it; the file itself where that will do. */
export async function shrink(file, longest = LONGEST_PX) {
  const url = URL.createObjectURL(file);
  try {
    const image = await load(url);
    const scale = Math.min(1, longest / Math.max(image.naturalWidth, image.naturalHeight));
    if (scale === 1 && file.size < MOST_BYTES) return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.naturalWidth * scale);
    canvas.height = Math.round(image.naturalHeight * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob((blob) => resolve(blob || file), "image/jpeg", QUALITY));
  } catch (error) {
    return file;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function load(url) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = reject;
    image.src = url;
  });
}
