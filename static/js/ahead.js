// @ts-check
// Codes that wait for the next page, which knows their task. They outlast a reload of this one, with the way that leads there.

/** @import { Way } from "./types.d.ts" */

const KEY = "scanner.ahead";
const FRESH_MS = 60000; // later, somebody else may have the device

export class Ahead {
  /**
   * @param {Pick<Storage, "getItem" | "setItem">} storage of this tab
   * @param {number} [now] ms since 1970
   */
  constructor(storage, now = Date.now()) {
    this.storage = storage;
    /** @type {{at: number, codes: string[], way: Way | null}} */
    const { at, codes, way } = JSON.parse(storage.getItem(KEY) || '{"at": 0, "codes": [], "way": null}');
    const fresh = now - at <= FRESH_MS;
    this.lost = fresh ? 0 : codes.length; // too old to be taken
    /** @type {string[]} */
    this.codes = fresh ? codes : [];
    /** The way to their page. If this page is loaded anew meanwhile, it has to be gone once more. */
    this.way = fresh ? way : null;
    this._write();
  }

  /** @param {string} code */
  push(code) {
    this.codes.push(code);
    this._write();
  }

  /** The oldest, taken out; "" where there is none. */
  shift() {
    const code = this.codes.shift() || "";
    this._write();
    return code;
  }

  /** @param {Way | null} way that is gone now; null once its page is there, or cannot be had */
  go(way) {
    this.way = way;
    this._write();
  }

  /** Drop them all. Returns how many. */
  drop() {
    const lost = this.codes.splice(0).length;
    this._write();
    return lost;
  }

  _write() {
    try {
      this.storage.setItem(KEY, JSON.stringify({ at: Date.now(), codes: this.codes, way: this.way }));
    } catch {
      // The storage of the tab is full: the codes are in memory still.
    }
  }
}
