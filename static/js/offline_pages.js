// @ts-check
// Keeps pages that open without the server, where the browser allows it. `worker.js` serves them.

import { opensOffline, taskPages, workerUrl } from "./task_pages.js";

const PAGES = "pages"; // as in `worker.js`
const possible = () => window.isSecureContext && "serviceWorker" in navigator && "caches" in window;

/**
 * Have pages kept from now on. A page that names no kinds of tasks leaves the worker as it is.
 * @param {string} url the worker's address
 */
export function openOffline(url) {
  const pages = taskPages();
  if (!possible() || !pages.length) return;
  const first = !navigator.serviceWorker.controller && opensOffline(location.pathname, pages);
  navigator.serviceWorker.register(workerUrl(url, pages)).then(() => (first ? keepFirst() : undefined)).catch(() => {});
}

/** Keep the page that was there before its worker, and the files it came with: it may be the only one that is opened today. */
async function keepFirst() {
  const container = navigator.serviceWorker;
  await container.ready;
  if (!container.controller) await new Promise((resolve) => container.addEventListener("controllerchange", resolve, { once: true }));
  const files = performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.startsWith(`${location.origin}/static/`));
  await Promise.all(files.map((name) => fetch(name).catch(() => {}))); // one that fails may be in the browser all the same
  await fetch(location.href, { headers: { "Accept": "text/html" } }); // last: a page that is kept has its files
}

/**
 * Keep a page that was fetched by a script.
 * @param {Response} response
 * @param {string} html its text
 */
export async function keepPage({ url, headers }, html) {
  if (!possible() || !opensOffline(new URL(url).pathname, taskPages())) return;
  const shelf = await caches.open(PAGES);
  await shelf.put(url, new Response(html, { headers }));
}

/** Forget every kept page: somebody signed out, or locked the device. */
export function forgetPages() {
  if (possible()) caches.delete(PAGES);
}
