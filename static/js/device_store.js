// @ts-check
// Where scans wait on the device: IndexedDB, or localStorage on a device that allows no IndexedDB.

import { openDB } from "../vendor/idb@8.0.4/index.js";

/** @import { DBSchema, IDBPDatabase, IDBPTransaction } from "../vendor/idb@8.0.4/index.js" */
/** @import { Entry, Shelf, Store, StoredEntry } from "./types.d.ts" */

const NAME = "scanner";
/** @type {Shelf[]} */
const SHELVES = ["waiting", "aside", "sent"];

/** @typedef {DBSchema & Record<Shelf, {key: number, value: StoredEntry}>} Shelves */
/** @typedef {IDBPTransaction<Shelves, Shelf[], "readwrite">} Writing */

/**
 * The device's store, whichever kind it allows.
 * @returns {Promise<Store>}
 */
export async function openStore() {
  try {
    return new IndexedStore(await openDatabase());
  } catch {
    return new PlainStore(localStorage);
  }
}

/** @returns {Promise<IDBPDatabase<Shelves>>} */
function openDatabase() {
  return openDB(NAME, 1, {
    upgrade(database) {
      for (const shelf of SHELVES) database.createObjectStore(shelf, { keyPath: "n", autoIncrement: true });
    },
  });
}

/** @implements {Store} */
class IndexedStore {
  /** @param {IDBPDatabase<Shelves>} database */
  constructor(database) {
    this.database = database;
  }

  /** @param {Entry} entry */
  add(entry) {
    const numbered = /** @type {StoredEntry} */ (entry); // the database adds its number
    return this._write(["waiting"], (transaction) => transaction.objectStore("waiting").add(numbered));
  }

  /**
   * @param {Shelf} shelf
   * @param {number} [limit]
   */
  list(shelf, limit) {
    return this.database.getAll(shelf, null, limit);
  }

  /** @param {Shelf} shelf */
  count(shelf) {
    return this.database.count(shelf);
  }

  /**
   * @param {StoredEntry[]} entries
   * @param {Shelf} from
   * @param {Shelf} to
   */
  moveAll(entries, from, to) {
    return this._write([from, to], async (transaction) => {
      for (const entry of entries) {
        await transaction.objectStore(from).delete(entry.n);
        await transaction.objectStore(to).put(entry);
      }
    });
  }

  /**
   * @param {Shelf} shelf
   * @param {number} n
   */
  remove(shelf, n) {
    return this._write([shelf], (transaction) => transaction.objectStore(shelf).delete(n));
  }

  /**
   * Do `work` on these shelves, all of it or nothing; resolves once it is on the disk.
   * @param {Shelf[]} shelves
   * @param {(transaction: Writing) => Promise<unknown>} work
   */
  async _write(shelves, work) {
    const transaction = this.database.transaction(shelves, "readwrite", { durability: "strict" });
    const worked = done(transaction, work).catch((error) => {
      abort(transaction); // so that no entry is lost half-way
      throw error;
    });
    await Promise.all([worked, transaction.done]);
  }
}

/**
 * The promise of `work`, rejected where `work` throws.
 * @param {Writing} transaction
 * @param {(transaction: Writing) => Promise<unknown>} work
 */
async function done(transaction, work) {
  await work(transaction);
}

/** @param {Writing} transaction */
function abort(transaction) {
  try {
    transaction.abort();
  } catch {
    // It has ended already.
  }
}

/**
 * The same store in localStorage.
 * @implements {Store}
 */
export class PlainStore {
  /** @param {Pick<Storage, "getItem" | "setItem">} storage */
  constructor(storage) {
    this.storage = storage;
  }

  /**
   * @param {Shelf} shelf
   * @returns {StoredEntry[]}
   */
  _read(shelf) {
    return JSON.parse(this.storage.getItem(`${NAME}.${shelf}`) || "[]");
  }

  /**
   * @param {Shelf} shelf
   * @param {StoredEntry[]} entries
   */
  _write(shelf, entries) {
    this.storage.setItem(`${NAME}.${shelf}`, JSON.stringify(entries));
  }

  /** @param {Entry} entry */
  async add(entry) {
    const n = Number(this.storage.getItem(`${NAME}.last`) || 0) + 1;
    this.storage.setItem(`${NAME}.last`, String(n));
    this._write("waiting", [...this._read("waiting"), { ...entry, n }]);
  }

  /**
   * @param {Shelf} shelf
   * @param {number} [limit]
   */
  async list(shelf, limit) {
    return this._read(shelf).slice(0, limit);
  }

  /** @param {Shelf} shelf */
  async count(shelf) {
    return this._read(shelf).length;
  }

  /**
   * @param {StoredEntry[]} entries
   * @param {Shelf} from
   * @param {Shelf} to
   */
  async moveAll(entries, from, to) {
    const moved = new Set(entries.map((entry) => entry.n));
    this._write(to, [...this._read(to), ...entries].sort((one, other) => one.n - other.n)); // first, so that no entry is lost half-way
    this._write(from, this._read(from).filter((entry) => !moved.has(entry.n)));
  }

  /**
   * @param {Shelf} shelf
   * @param {number} n
   */
  async remove(shelf, n) {
    this._write(shelf, this._read(shelf).filter((entry) => entry.n !== n));
  }
}
