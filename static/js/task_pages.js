// @ts-check
// Which pages are pages of tasks. The server names the kinds, so that a new kind of task needs no change here.

/** @import { TaskPage } from "./types.d.ts" */

/** Where the pages of each kind of task are, as every page says it. */
export function taskPages() {
  const meta = /** @type {HTMLMetaElement | null} */ (document.querySelector("meta[name=task-pages]"));
  /** @type {TaskPage[]} */
  const pages = meta ? JSON.parse(meta.content) : [];
  return pages;
}

/**
 * Whether the page at `path` may open without the server: home, the lists of tasks and the tasks. (`worker.js` has the same.)
 * @param {string} path
 * @param {TaskPage[]} pages
 */
export function opensOffline(path, pages) {
  return path === "/" || pages.some((page) => path === page.path || isTask(path, page.path));
}

/**
 * @param {string} path
 * @param {string} folder
 */
function isTask(path, folder) {
  const rest = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : "";
  return rest !== "" && !/\/(?:finish|link|photo)$/.test(rest); // these need the server
}

/**
 * The worker's address with the kinds in it: the worker knows them even when it starts without a page.
 * @param {string} url
 * @param {TaskPage[]} pages
 */
export function workerUrl(url, pages) {
  return `${url}?pages=${encodeURIComponent(JSON.stringify(pages))}`;
}
