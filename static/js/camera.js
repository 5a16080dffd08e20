// The live camera, open until closed. A code counts once and is locked until it has left the picture; of several in the
// picture the one in the middle counts. What the device cannot read, the server may.

const EVERY_MS = 100;
const GONE_MS = 1500;
const STUCK_MS = 2000;
const FRAME_PX = 1280;
const FORMATS = ["ean_13", "ean_8", "upc_a", "upc_e", "code_128", "code_39", "itf", "qr_code", "data_matrix", "pdf417"];

/** Browsers give a camera to secure contexts only (https, or this very machine). */
export function haveCamera() {
  return window.isSecureContext && Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);
}

export class Camera {
  /**
   * `isKnown(code)`: believed at first sight, others at the second. `askServer(blob)` resolves to the sure code in a frame,
   * or to null when there is none, and rejects when there was no answer.
   */
  constructor({ onCode, isKnown, askServer }) {
    Object.assign(this, { onCode, isKnown, askServer });
    this.place = document.querySelector("[data-camera]");
    this.video = this.place.querySelector("video");
    this.words = this.place.querySelector("[data-camera-words]");
    this.place.querySelector("[data-camera-close]").addEventListener("click", () => this.close());
    this.locked = new Map(); // code -> when it was last in the picture
    this.doubted = null;
    this.helped = null; // the code that the server read last, and in how many frames since it did not
    this.asking = false;
  }

  get isOpen() {
    return Boolean(this.stream);
  }

  async open() {
    this._show(true, "Opening the camera…");
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({
        audio: false, video: { facingMode: "environment", width: { ideal: FRAME_PX }, height: { ideal: 720 } },
      });
      this.video.srcObject = this.stream;
      await this.video.play();
      this.detector = this.detector || (await makeDetector());
      this._show(true, "Hold one barcode in the middle");
      this.readAt = performance.now();
      this._loop(this.stream);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close() {
    if (this.stream) for (const track of this.stream.getTracks()) track.stop();
    this.stream = null;
    this.video.srcObject = null;
    this._show(false, "");
  }

  _show(open, words) {
    this.place.hidden = !open;
    document.querySelector("[data-lines]").hidden = open;
    this.words.textContent = words;
  }

  async _loop(stream) {
    while (this.stream === stream && this.video.isConnected) {
      const found = await this.detector.detect(this.video).catch(() => []);
      this._saw(found.filter((each) => each.rawValue));
      if (!this.asking && performance.now() - this.readAt > STUCK_MS) this._help(stream);
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
    if (this.stream === stream) this.close();
  }

  _saw(found) {
    const now = performance.now();
    for (const [code, at] of this.locked) if (now - at > GONE_MS) this.locked.delete(code);
    if (!found.length) return;
    this.readAt = now;
    if (this.helped && found.some((each) => each.rawValue === this.helped.code)) this._lockHelped(now);
    const isLocked = found.filter((each) => this.locked.has(each.rawValue));
    for (const { rawValue } of isLocked) this.locked.set(rawValue, now);
    const code = this._middle(found).rawValue;
    if (!this.locked.has(code)) this._take(code, now);
  }

  _take(code, now) {
    if (!this.isKnown(code) && this.doubted !== code) {
      this.doubted = code;
      return;
    }
    this.doubted = null;
    this.locked.set(code, now);
    this.onCode(code);
  }

  _middle(found) {
    const away = ({ boundingBox: box }) => Math.hypot(
      box.x + box.width / 2 - this.video.videoWidth / 2, box.y + box.height / 2 - this.video.videoHeight / 2,
    );
    return found.reduce((nearest, each) => (away(each) < away(nearest) ? each : nearest));
  }

  /** Asks the server about this frame, while the device goes on looking. */
  async _help(stream) {
    this.asking = true;
    try {
      const code = await this.askServer(await frameOf(this.video));
      if (this.stream === stream) this._answered(code);
    } catch (error) {
      // No answer: what is locked stays locked.
    } finally {
      this.asking = false;
      this.readAt = performance.now();
    }
  }

  /** The server sees few frames: what it read is gone when two in a row lack it. */
  _answered(code) {
    const { helped } = this;
    if (helped && helped.code === code) helped.missing = 0;
    else if (!code) this.helped = helped && helped.missing < 1 ? { code: helped.code, missing: helped.missing + 1 } : null;
    else if (!this.locked.has(code)) {
      this.helped = { code, missing: 0 };
      this.onCode(code);
    }
  }

  /** The device reads by itself now what the server had read: the same label, counted already. */
  _lockHelped(now) {
    this.locked.set(this.helped.code, now);
    this.helped = null;
  }
}

/** The browser's own detector where it has the formats, else zxing's. */
async function makeDetector() {
  const own = window.BarcodeDetector;
  const formats = own ? await own.getSupportedFormats() : [];
  if (formats.includes("ean_13") && formats.includes("code_128")) {
    return new own({ formats: FORMATS.filter((format) => formats.includes(format)) });
  }
  const vendor = new URL("../vendor/", import.meta.url);
  const zxing = await import(new URL("barcode-detector@3.2.2/ponyfill.js", vendor).href);
  const wasm = new URL("zxing-wasm@3.1.3/zxing_reader.wasm", vendor).href;
  zxing.prepareZXingModule({ overrides: { locateFile: () => wasm } });
  return new zxing.BarcodeDetector({ formats: FORMATS });
}

function frameOf(video) {
  const canvas = document.createElement("canvas");
  const scale = Math.min(1, FRAME_PX / video.videoWidth);
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
}
