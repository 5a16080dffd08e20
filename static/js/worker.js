// Opens the pages of the floor while the server cannot be reached, as they were when last seen; scans wait in the outbox
// all the same. Served from the root, so that it may speak for every page. Browsers allow it on secure contexts only.

const PAGES = "pages";
const PATIENCE_MS = 5000;
const UNREACHABLE = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>No network</title><h1>The server cannot be reached</h1>
<p>Scans that are not sent yet are safe on this device. <a href="/">Try again</a></p></html>`;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(fromShelf(request, url));
  else if (request.mode === "navigate") event.respondWith(fromServer(request, url));
});

/** Scripts and styles never change under their address: from the shelf, where they are. */
async function fromShelf(request, url) {
  const shelf = await caches.open(await shelfOf(url));
  const kept = await shelf.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.status === 200) await shelf.put(request, answer.clone());
  return answer;
}

/** One shelf a version; a new one clears the others, and the pages that want them. */
async function shelfOf(url) {
  const name = `static ${url.pathname.split("/")[2]}`;
  if (await caches.has(name)) return name;
  const others = (await caches.keys()).filter((other) => other.startsWith("static ") && other !== name);
  if (others.length) await Promise.all([PAGES, ...others].map((other) => caches.delete(other)));
  return name;
}

async function fromServer(request, url) {
  const shelf = await caches.open(PAGES);
  const kept = await shelf.match(request, { ignoreVary: true });
  try {
    const answer = await (kept ? Promise.race([fetch(request), tooLate()]) : fetch(request));
    if (kept && answer.status >= 502 && answer.status <= 504) return kept; // a proxy that cannot reach the server
    if (answer.status === 200 && isOfTheFloor(url)) await shelf.put(request, answer.clone());
    return answer;
  } catch (error) {
    return kept || new Response(UNREACHABLE, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
  }
}

function isOfTheFloor(url) {
  return /^\/(receiving(\/(?!.*\/(?:finish|link|photo)$).+)?)?$/.test(url.pathname); // what is finished or linked there needs the server
}

function tooLate() {
  return new Promise((resolve, reject) => setTimeout(() => reject(new Error("no answer")), PATIENCE_MS));
}
