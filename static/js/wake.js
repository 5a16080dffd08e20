// @ts-check
// Keeps the screen on while somebody scans: a device that goes dark in a gloved hand is unlocked by no scanner.

const IDLE_MS = 3 * 60000;

/**
 * @typedef {{ release: () => Promise<void>, addEventListener: (type: "release", heard: () => void) => void }} Lock
 * @typedef {{ request: (type: "screen") => Promise<Lock> }} WakeLock
 */

export class Awake {
  /**
   * @param {WakeLock | undefined} wakeLock the browser's; there is none on plain HTTP, nor before Chromium 84
   * @param {number} [idle] ms without a scan after which the screen may go dark
   */
  constructor(wakeLock, idle = IDLE_MS) {
    this.wakeLock = wakeLock;
    this.idle = idle;
    /** @type {Lock | null} */
    this.lock = null;
    this.asking = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** Somebody scanned: the screen stays on for a while. The browser itself lets go of a page in the background. */
  async scanned() {
    if (!this.wakeLock) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.rest(), this.idle);
    if (this.lock || this.asking) return;
    this.asking = true;
    try {
      const lock = await this.wakeLock.request("screen");
      lock.addEventListener("release", () => { if (this.lock === lock) this.lock = null; });
      this.lock = lock;
    } catch {
      // A low battery, or a page in the background: the screen goes dark as it always did.
    } finally {
      this.asking = false;
    }
  }

  /** Let the screen go dark. */
  rest() {
    clearTimeout(this.timer);
    const { lock } = this;
    this.lock = null;
    if (lock) lock.release().catch(() => {});
  }
}
