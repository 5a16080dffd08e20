// @ts-check
// Listeners that end with the page they belong to, while the outbox and the wedge go on.

/** @import { EventOf } from "./types.d.ts" */

export class Scope {
  constructor() {
    /** @type {(() => void)[]} */
    this.endings = [];
  }

  /**
   * Listen until the page ends.
   * @template {EventTarget} T
   * @template {string} K
   * @param {T} target
   * @param {K} type
   * @param {(event: EventOf<T, K>) => void} listener
   */
  on(target, type, listener) {
    const heard = /** @type {EventListener} */ (listener);
    target.addEventListener(type, heard);
    this.atEnd(() => target.removeEventListener(type, heard));
  }

  /**
   * Do this when the page ends.
   * @param {() => void} ending
   */
  atEnd(ending) {
    this.endings.push(ending);
  }

  end() {
    for (const ending of this.endings.splice(0)) ending();
  }
}
