// @ts-check
// The live camera, open until closed. Of several codes in the picture the one in the middle counts. It counts again only after
// it has left the picture. Frames that the device cannot read go to the server.

import { part, partAs } from "./page_parts.js";

/** @import { Detector, DetectorClass, SeenCode } from "./types.d.ts" */

const EVERY_MS = 100;
const GONE_MS = 1500;
const STUCK_MS = 2000;
const FRAME_PX = 1280;
const FORMATS = ["ean_13", "ean_8", "upc_a", "upc_e", "code_128", "code_39", "itf", "qr_code", "data_matrix", "pdf417"];

// zxing's program needs Chromium 93, and a content policy that lets it compile, which Chromium knows since 97. Before that a
// browser without a detector of its own (those of desks) reads nothing live.
const BY_SERVER = "This browser reads no barcodes by itself. Hold still: the server reads a picture every two seconds. Or choose a photo.";
/** @type {Detector} */
const NONE = { detect: async () => [] };

/** @typedef {{BarcodeDetector: DetectorClass, prepareZXingModule(options: object): void}} Zxing */

/** Browsers give a camera to secure contexts only: pages over https, or of this very machine. */
export function haveCamera() {
  return window.isSecureContext && Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);
}

export class Camera {
  /**
   * @param {object} options
   * @param {(code: string) => unknown} options.onCode
   * @param {(code: string) => boolean} options.isKnown a known code counts when it is read once, any other when it is read twice
   * @param {(frame: Blob | null) => Promise<string | null>} options.askServer resolves to the sure code in a frame, or to null;
   *   rejects when there was no answer
   */
  constructor({ onCode, isKnown, askServer }) {
    this.onCode = onCode;
    this.isKnown = isKnown;
    this.askServer = askServer;
    this.place = part("[data-camera]");
    this.video = partAs("video", HTMLVideoElement, this.place);
    this.words = part("[data-camera-words]", this.place);
    /** @type {MediaStream | null} */
    this.stream = null;
    /** @type {Detector | null} */
    this.detector = null;
    this.readAt = 0; // when the device read a code last, or began to try
    /** @type {Map<string, number>} codes that have counted -> when each was in the picture last */
    this.locked = new Map();
    /** @type {string | null} an unknown code that was read once */
    this.doubted = null;
    /** @type {{code: string, missing: number} | null} the code that the server read last, and in how many frames since it did not */
    this.helped = null;
    this.asking = false;
    part("[data-camera-close]", this.place).addEventListener("click", () => this.close());
  }

  get isOpen() {
    return this.stream !== null;
  }

  async open() {
    this._show(true, "Opening the camera…");
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: false, video: { facingMode: "environment", width: { ideal: FRAME_PX }, height: { ideal: 720 } },
      });
      this.stream = stream;
      this.video.srcObject = stream;
      await this.video.play();
      this.detector = this.detector || (await makeDetector(this.video).catch(() => null));
      this._show(true, this.detector ? "Hold one barcode in the middle" : BY_SERVER);
      this.readAt = performance.now();
      this._loop(stream, this.detector || NONE);
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

  /**
   * @param {boolean} open
   * @param {string} words
   */
  _show(open, words) {
    this.place.hidden = !open;
    part("[data-lines]").hidden = open;
    this.words.textContent = words;
  }

  /**
   * @param {MediaStream} stream
   * @param {Detector} detector
   */
  async _loop(stream, detector) {
    while (this.stream === stream && this.video.isConnected) {
      const found = await detector.detect(this.video).catch(() => []);
      this._saw(found.filter((each) => each.rawValue));
      if (!this.asking && performance.now() - this.readAt > STUCK_MS) this._help(stream);
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
    if (this.stream === stream) this.close();
  }

  /** @param {SeenCode[]} found in one picture */
  _saw(found) {
    const now = performance.now();
    for (const [code, at] of this.locked) if (now - at > GONE_MS) this.locked.delete(code);
    if (!found.length) return;
    this.readAt = now;
    this._lockHelped(found, now);
    for (const { rawValue } of found) if (this.locked.has(rawValue)) this.locked.set(rawValue, now);
    const code = this._middle(found).rawValue;
    if (!this.locked.has(code)) this._take(code, now);
  }

  /**
   * @param {string} code
   * @param {number} now
   */
  _take(code, now) {
    if (!this.isKnown(code) && this.doubted !== code) {
      this.doubted = code;
      return;
    }
    this.doubted = null;
    this.locked.set(code, now);
    this.onCode(code);
  }

  /** @param {SeenCode[]} found */
  _middle(found) {
    /** @param {SeenCode} seen */
    const away = ({ boundingBox: box }) => Math.hypot(
      box.x + box.width / 2 - this.video.videoWidth / 2, box.y + box.height / 2 - this.video.videoHeight / 2,
    );
    return found.reduce((nearest, each) => (away(each) < away(nearest) ? each : nearest));
  }

  /**
   * Ask the server about this frame, while the device goes on reading.
   * @param {MediaStream} stream
   */
  async _help(stream) {
    this.asking = true;
    try {
      const code = await this.askServer(await frameOf(this.video));
      if (this.stream === stream) this._answered(code);
    } catch {
      // No answer: codes that have counted still do not count again.
    } finally {
      this.asking = false;
      this.readAt = performance.now();
    }
  }

  /**
   * The server sees only few frames. A code that it read has left the picture when two frames in a row do not show it.
   * @param {string | null} code
   */
  _answered(code) {
    const { helped } = this;
    if (helped && helped.code === code) helped.missing = 0;
    else if (!code) this.helped = helped && helped.missing < 1 ? { code: helped.code, missing: helped.missing + 1 } : null;
    else if (!this.locked.has(code)) {
      this.helped = { code, missing: 0 };
      this.onCode(code);
    }
  }

  /**
   * The device now reads the code that the server read before. It is the same label, which has counted.
   * @param {SeenCode[]} found
   * @param {number} now
   */
  _lockHelped(found, now) {
    const { helped } = this;
    if (!helped || !found.some((each) => each.rawValue === helped.code)) return;
    this.locked.set(helped.code, now);
    this.helped = null;
  }
}

/**
 * The browser's own detector where it reads what labels have, else zxing's. Rejects where neither works in this browser.
 * @param {HTMLVideoElement} video to try it on
 * @returns {Promise<Detector>}
 */
async function makeDetector(video) {
  const Own = window.BarcodeDetector;
  const formats = Own ? await Own.getSupportedFormats() : [];
  if (Own && formats.includes("ean_13") && formats.includes("code_128")) {
    return new Own({ formats: FORMATS.filter((format) => formats.includes(format)) });
  }
  const vendor = new URL("../vendor/", import.meta.url);
  /** @type {Zxing} */
  const zxing = await import(new URL("barcode-detector@3.2.2/ponyfill.js", vendor).href);
  const wasm = new URL("zxing-wasm@3.1.3/zxing_reader.wasm", vendor).href;
  zxing.prepareZXingModule({ overrides: { locateFile: () => wasm } });
  const made = new zxing.BarcodeDetector({ formats: FORMATS });
  await made.detect(video); // its program is compiled now, which an old browser's content policy forbids
  return made;
}

/**
 * What the camera sees now, as a JPEG.
 * @param {HTMLVideoElement} video
 * @returns {Promise<Blob | null>}
 */
function frameOf(video) {
  const canvas = document.createElement("canvas");
  const scale = Math.min(1, FRAME_PX / video.videoWidth);
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  const context = canvas.getContext("2d");
  if (context) context.drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
}
