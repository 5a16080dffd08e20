// Where scans wait on the device. IndexedDB; where that cannot be had, localStorage.
//
// Three shelves: `waiting` (not recorded yet, in order), `aside` (can never be recorded: a person must look), and `sent`
// (recorded in the last 24 hours, to be sent again should the server be restored from a backup).

const NAME = "scanner";
const SHELVES = ["waiting", "aside", "sent"];

/** The device's store, whichever kind it allows. */
export async function openStore() {
  try {
    return new IndexedStore(await openDatabase());
  } catch (error) {
    return new PlainStore(localStorage);
  }
}

function openDatabase() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => {
      for (const shelf of SHELVES) opening.result.createObjectStore(shelf, { keyPath: "n", autoIncrement: true });
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
    opening.onblocked = () => reject(new Error("blocked"));
  });
}

class IndexedStore {
  constructor(database) {
    this.database = database;
  }

  /** Run `work` on the shelves; resolves with its request's result once it is on the disk, not before. */
  _run(shelves, mode, work) {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(shelves, mode, { durability: "strict" });
      let request = null;
      transaction.oncomplete = () => resolve(request && request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
      try {
        request = work((shelf) => transaction.objectStore(shelf));
      } catch (error) {
        transaction.abort(); // Otherwise what was done before the error would stay: half of a move is a scan lost.
        reject(error);
      }
    });
  }

  add(entry) {
    return this._run(["waiting"], "readwrite", (shelf) => shelf("waiting").add(entry));
  }

  list(shelf, limit) {
    return this._run([shelf], "readonly", (open) => open(shelf).getAll(null, limit));
  }

  count(shelf) {
    return this._run([shelf], "readonly", (open) => open(shelf).count());
  }

  /** Move entries to another shelf in one step, so that none is ever on both or on neither. */
  moveAll(entries, from, to) {
    return this._run([from, to], "readwrite", (shelf) => {
      for (const entry of entries) {
        shelf(from).delete(entry.n);
        shelf(to).put(entry);
      }
    });
  }

  remove(shelf, n) {
    return this._run([shelf], "readwrite", (open) => open(shelf).delete(n));
  }
}

class PlainStore {
  constructor(storage) {
    this.storage = storage;
  }

  _read(shelf) {
    return JSON.parse(this.storage.getItem(`${NAME}.${shelf}`) || "[]");
  }

  _write(shelf, entries) {
    this.storage.setItem(`${NAME}.${shelf}`, JSON.stringify(entries));
  }

  async add(entry) {
    const last = Number(this.storage.getItem(`${NAME}.last`) || 0) + 1;
    this.storage.setItem(`${NAME}.last`, String(last));
    this._write("waiting", [...this._read("waiting"), { ...entry, n: last }]);
    return last;
  }

  async list(shelf, limit) {
    return this._read(shelf).slice(0, limit);
  }

  async count(shelf) {
    return this._read(shelf).length;
  }

  async moveAll(entries, from, to) {
    const moved = new Set(entries.map((entry) => entry.n));
    this._write(to, [...this._read(to), ...entries].sort((one, other) => one.n - other.n));
    this._write(from, this._read(from).filter((entry) => !moved.has(entry.n)));
  }

  async remove(shelf, n) {
    this._write(shelf, this._read(shelf).filter((entry) => entry.n !== n));
  }
}
