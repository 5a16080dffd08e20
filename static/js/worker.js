// Opens the pages of the floor while the server cannot be reached, as they were when last seen; scans wait in the outbox
// all the same. Served from the root, so that it may speak for every page. Browsers allow it on secure contexts only.

const PAGES = "pages";
const PATIENCE_MS = 5000;
const POLICY = "default-src 'none'; style-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(fromShelf(request, url));
  else if (request.mode === "navigate" || request.headers.get("Accept") === "text/html") event.respondWith(fromServer(request, url));
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
    if (answer.status === 200 && !answer.redirected && isOfTheFloor(url)) await shelf.put(request, answer.clone());
    return answer;
  } catch (error) {
    return kept || unreachable();
  }
}

function isOfTheFloor(url) {
  return /^\/((?:receiving|returns|counting)(\/(?!.*\/(?:finish|link|photo)$).+)?)?$/.test(url.pathname); // what is finished or linked there needs the server
}

function tooLate() {
  return new Promise((resolve, reject) => setTimeout(() => reject(new Error("no answer")), PATIENCE_MS));
}

/**
 * Runs in the page that stands in for one, whose own scripts may never have been here: says aloud that what is scanned there is
 * not taken, since nobody can tell what it belongs to, and leaves as soon as the server answers.
 */
function watch() {
  const AGAIN_MS = 3000;
  const SHORTEST = 3;
  const lost = document.querySelector("[data-lost]");
  let keys = "";
  let number = 0;
  let sound = null;

  function refuse(code) {
    number += 1;
    const words = number === 1 ? "1 scan was not taken" : `${number} scans were not taken`;
    lost.textContent = `${code.slice(0, 40)} is not taken: no page is open here.${document.querySelector(".cards") ? " Open one below." : ""} ${words} so far.`;
    lost.hidden = false;
    document.body.dataset.heard = "refused";
    sessionStorage.setItem("scanner.lost", `${words} while the server could not be reached. Scan again what is missing.`);
    if (navigator.vibrate) navigator.vibrate(600);
    buzz();
  }

  function buzz() {
    const Context = window.AudioContext || window.webkitAudioContext;
    if (!Context || localStorage.getItem("scanner.volume") === "0") return;
    sound = sound || new Context();
    const tone = sound.createOscillator();
    tone.type = "sawtooth";
    tone.frequency.value = 131; // as refused sounds everywhere
    tone.connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + 0.65);
  }

  document.addEventListener("keydown", (event) => {
    if (event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey) keys += event.key;
    if (event.key !== "Enter" && event.key !== "Tab") return;
    const code = keys;
    keys = "";
    if (code.length < SHORTEST) return;
    event.preventDefault();
    refuse(code);
  }, true);
  document.addEventListener("paste", (event) => refuse(event.clipboardData.getData("text").trim()));
  setInterval(() => fetch("/healthz", { cache: "no-store" }).then(({ ok }) => ok && location.reload(), () => {}), AGAIN_MS);
}

/** What to show in place of a page that was never seen here: what waits, and where work can go on. */
async function unreachable() {
  const [waiting, shelf, names] = [await countWaiting(), await caches.open(PAGES), await caches.keys()];
  const version = (names.find((name) => name.startsWith("static ")) || "").split(" ")[1];
  const styles = version ? ["tokens", "base", "components/button", "components/card"].map((name) => `<link rel="stylesheet" href="/static/${version}/css/${name}.css">`) : [];
  const links = (await shelf.keys()).map((request) => linkTo(new URL(request.url)));
  const nonce = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>No network</title>${styles.join("")}<body class="page"><main class="main"><h1>The server cannot be reached</h1>
<p class="notice notice--bad" role="alert" data-lost hidden></p><p>${wordsFor(waiting)}</p>${links.length ? `<p>These open without it; the orders among them take scans.</p><ul class="cards">${links.join("")}</ul>` : ""}
<p><a class="button" href="">Try again</a></p></main><script nonce="${nonce}">(${watch})();</script></body></html>`;
  return new Response(html, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": `${POLICY}; script-src 'nonce-${nonce}'` } });
}

function wordsFor(waiting) {
  if (!waiting) return "Scans that are not sent yet are safe on this device.";
  return `${waiting} ${waiting === 1 ? "scan waits" : "scans wait"} on this device, safe, to be sent once the server is back.`;
}

function linkTo({ pathname, search }) {
  const name = { "/": "Home", "/receiving": "Receipts", "/returns": "Returns", "/counting": "Counts" }[pathname] || decodeURIComponent(pathname.replace(/^\/\w+\//, ""));
  return `<li><a class="card" href="${escaped(pathname + search)}"><span class="card__title">${escaped(name)}</span></a></li>`;
}

function escaped(text) {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** How many scans wait in the outbox's store (`device_store.js`); null where it is not this one, or not there. */
function countWaiting() {
  return new Promise((resolve) => {
    const opening = indexedDB.open("scanner");
    opening.onupgradeneeded = () => opening.transaction.abort(); // there is none: leave the making of it to the page
    opening.onerror = () => resolve(null);
    opening.onsuccess = () => {
      const counting = opening.result.transaction("waiting").objectStore("waiting").count();
      counting.onsuccess = () => resolve(counting.result);
      counting.onerror = () => resolve(null);
      opening.result.close();
    };
  });
}
