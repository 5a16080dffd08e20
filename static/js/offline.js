// Whose pages may open without the server: those of who is signed in on this device, nobody else's. A page says in whose
// name its scans are taken, so that a page of the person before would book them to the wrong one.

const PAGES = "pages"; // as in `worker.js`
const OWNER = "scanner.pages.owner";

/** Leave of the kept pages those of `operator` alone, an id as the page says it. Await it before showing a page of theirs. */
export async function keepPagesOf(operator) {
  if (!("caches" in window) || localStorage.getItem(OWNER) === operator) return;
  try {
    await dropOthers(await caches.open(PAGES), `data-operator="${operator}"`);
    localStorage.setItem(OWNER, operator); // last: what was cut short starts again with the next page
  } catch (error) {
    // A device that gives no room for pages opens none either.
  }
}

async function dropOthers(shelf, mark) {
  for (const request of await shelf.keys()) {
    const page = await shelf.match(request, { ignoreVary: true });
    if (!page || !(await page.text()).includes(mark)) await shelf.delete(request, { ignoreVary: true });
  }
}
