// Where photos of returned goods wait on the device until the server has them. A database of their own beside that of the
// scans, so that nothing that goes wrong with a large photo can hurt a scan.

const NAME = "scanner-photos";
const SHELF = "waiting";

/** Keep a photo ({id, scan, task, operator, blob}); resolves once it is on the disk. */
export function keepPhoto(photo) {
  return run("readwrite", (shelf) => shelf.put(photo));
}

/** All that wait, the first taken first. */
export function waitingPhotos() {
  return run("readonly", (shelf) => shelf.getAll()).then((photos) => photos.sort((one, other) => one.at - other.at));
}

/** The server has it, or never will. */
export function dropPhoto(id) {
  return run("readwrite", (shelf) => shelf.delete(id));
}

async function run(mode, work) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(SHELF, mode);
      const request = work(transaction.objectStore(SHELF));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

function open() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(SHELF, { keyPath: "id" });
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}
