// @ts-check
// Scans that are being stored. A page that goes away may take them with it, so this tab's next page finds them here.

/** @import { Entry } from "./types.d.ts" */

const KEY = "scanner.taken";

export class Taken {
  /** @param {Pick<Storage, "getItem" | "setItem">} storage of this tab, written at once */
  constructor(storage) {
    this.storage = storage;
  }

  /**
   * The oldest first.
   * @returns {Entry[]}
   */
  list() {
    return JSON.parse(this.storage.getItem(KEY) || "[]");
  }

  /** @param {Entry} entry */
  add(entry) {
    this._write([...this.list(), entry]);
  }

  /** @param {Entry} entry that is stored now, or could not be */
  remove(entry) {
    this._write(this.list().filter(({ scan }) => scan.id !== entry.scan.id));
  }

  /** @param {Entry[]} entries */
  _write(entries) {
    try {
      this.storage.setItem(KEY, JSON.stringify(entries));
    } catch {
      // The storage of the tab is full. The device's own is not asked here.
    }
  }
}
