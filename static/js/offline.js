// @ts-check
// Keeps only pages of the person signed in. A page books its scans to the person that it was made for, so pages of another
// person must go.

const PAGES = "pages"; // as in `worker.js`
const OWNER = "scanner.pages.owner";

/**
 * Drop the kept pages of everybody but `operator`. Await it before a page of theirs is shown.
 * @param {string | undefined} operator the id, as the page says it
 */
export async function keepPagesOf(operator = "") {
  if (!("caches" in window) || localStorage.getItem(OWNER) === operator) return;
  try {
    await dropOthers(await caches.open(PAGES), `data-operator="${operator}"`);
    localStorage.setItem(OWNER, operator); // last: if this is cut short, the next page starts it again
  } catch {
    // A device without room for pages opens none offline.
  }
}

/**
 * @param {Cache} shelf
 * @param {string} mark what every page of theirs contains
 */
async function dropOthers(shelf, mark) {
  for (const request of await shelf.keys()) {
    const page = await shelf.match(request, { ignoreVary: true });
    if (!page || !(await page.text()).includes(mark)) await shelf.delete(request, { ignoreVary: true });
  }
}
