// @ts-check
// A scan that a change of pages cuts in two: neither part is a code, and the last one may be another item's. It is to be scanned
// again. Where the page changes without being loaded anew no key is lost, and nothing is cut.

import { isFast } from "./keystrokes.js";

/** @import { Stroke } from "./keystrokes.js" */

const KEY = "scanner.cut";
const REST_MS = 500; // the next page has heard the rest by then; a hand has not pulled the trigger again

export class Cut {
  /**
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage of this tab
   * @param {number} [origin] when this page began, ms since 1970: its keys are counted from there
   */
  constructor(storage, origin = performance.timeOrigin) {
    this.storage = storage;
    this.origin = origin;
    const { at, sure } = JSON.parse(storage.getItem(KEY) || '{"at": null, "sure": false}');
    storage.removeItem(KEY);
    /** @type {number | null} when its last key was pressed on the page before, ms since 1970 */
    this.at = at;
    /** Whether a scanner typed for sure, so that a scan is missing though nothing more of it comes. */
    this.sure = sure;
  }

  /**
   * The page goes, and these keys with it.
   * @param {Stroke[]} strokes since the last end key
   * @param {boolean} written whether they went into a field, and are kept there or sent with it
   */
  leave(strokes, written) {
    if (!strokes.length) return;
    const at = this.origin + strokes[strokes.length - 1].at;
    try {
      this.storage.setItem(KEY, JSON.stringify({ at, sure: !written && isFast(strokes) }));
    } catch {
      // The storage of the tab is full: the rest is taken as it comes.
    }
  }

  /**
   * Whether what came first on this page is the rest. Asked once: what comes later is whole.
   * @param {number} at its first key, or the end key alone; ms since the page began
   */
  isRest(at) {
    const rest = this.at !== null && this.origin + at - this.at <= REST_MS;
    this.at = null;
    return rest;
  }
}
