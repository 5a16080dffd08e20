// @ts-check
// Parts of the page as the server sent them, while the device shows its own in their place.

import { exchange } from "./fragments.js";
import { partWithId } from "./page_parts.js";

export class PutBy {
  constructor() {
    /** @type {Map<string, HTMLElement>} */
    this.parts = new Map();
  }

  /**
   * A part as the server sent it.
   * @param {string} id
   */
  at(id) {
    return this.parts.get(id) || partWithId(id);
  }

  /**
   * A part of the page to write into; the server's own is put by.
   * @param {string} id
   */
  change(id) {
    const recorded = partWithId(id);
    const copy = /** @type {HTMLElement} */ (recorded.cloneNode(true));
    copy.setAttribute("data-from-device", "");
    this.parts.set(id, recorded);
    exchange(recorded, copy);
    return copy;
  }

  /**
   * Put the server's own part back, unless a newer one has come.
   * @param {string} id
   */
  restore(id) {
    const shown = document.getElementById(id);
    const recorded = this.parts.get(id);
    if (shown && recorded && shown.dataset.fromDevice !== undefined) exchange(shown, recorded);
    this.parts.delete(id);
  }
}
