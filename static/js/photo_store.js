// @ts-check
// Keeps photos of returned goods on the device until the server has them. They have a database of their own, so that a failure
// with a large photo does not affect scans.

import { openDB } from "../vendor/idb@8.0.4/index.js";

/** @import { DBSchema, IDBPDatabase } from "../vendor/idb@8.0.4/index.js" */
/** @import { Photo } from "./types.d.ts" */

const NAME = "scanner-photos";
const SHELF = "waiting";

/** @typedef {DBSchema & {waiting: {key: string, value: Photo}}} Photos */

/**
 * Keep a photo; resolves once it is on the disk.
 * @param {Photo} photo
 */
export function keepPhoto(photo) {
  return withPhotos((photos) => photos.put(SHELF, photo));
}

/** All that wait, the first taken first. */
export async function waitingPhotos() {
  const photos = await withPhotos((database) => database.getAll(SHELF));
  return photos.sort((one, other) => one.at - other.at);
}

/**
 * Drop a photo that the server has, or will never take.
 * @param {string} id
 */
export function dropPhoto(id) {
  return withPhotos((photos) => photos.delete(SHELF, id));
}

/**
 * Do `work` on the photos.
 * @template T
 * @param {(photos: IDBPDatabase<Photos>) => Promise<T>} work
 */
async function withPhotos(work) {
  /** @type {IDBPDatabase<Photos>} */
  const photos = await openDB(NAME, 1, {
    upgrade(fresh) {
      fresh.createObjectStore(SHELF, { keyPath: "id" });
    },
  });
  try {
    return await work(photos);
  } finally {
    photos.close();
  }
}
