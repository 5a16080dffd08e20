// @ts-check
// Opens pages while the server cannot be reached, as they were when last seen. Scans wait in the outbox as usual. Served from the
// root, since a worker controls only pages below its own address. Browsers allow it only on secure contexts. A classic script:
// Chromium 80 has no modules in workers.

/** @import { TaskPage } from "./types.d.ts" */
/** @import { FetchEvent, WorkerScope } from "./worker_types.d.ts" */

const worker = /** @type {WorkerScope} */ (/** @type {unknown} */ (self));
const PAGES = "pages";
const PATIENCE_MS = 5000;
const POLICY = "default-src 'none'; style-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

/** @type {TaskPage[]} the kinds of tasks, from the address of this script, so that no page is needed */
const TASK_PAGES = JSON.parse(new URL(worker.location.href).searchParams.get("pages") || "[]");

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(fromShelf(request, url));
  else if (request.mode === "navigate" || request.headers.get("Accept") === "text/html") event.respondWith(fromServer(request, url));
});

/**
 * A script or style from the cache, if it was fetched before: it never changes under its address.
 * @param {Request} request
 * @param {URL} url
 */
async function fromShelf(request, url) {
  const shelf = await caches.open(await shelfOf(url));
  const kept = await shelf.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.status === 200) await shelf.put(request, answer.clone());
  return answer;
}

/**
 * Each version of the server has a cache. A new one deletes the others, and the pages that need their files.
 * @param {URL} url
 */
async function shelfOf(url) {
  const name = `static ${url.pathname.split("/")[2]}`;
  if (await caches.has(name)) return name;
  const others = (await caches.keys()).filter((other) => other.startsWith("static ") && other !== name);
  if (others.length) await Promise.all([PAGES, ...others].map((other) => caches.delete(other)));
  return name;
}

/**
 * The page from the server; where that cannot be reached, or takes too long, the kept one.
 * @param {Request} request
 * @param {URL} url
 */
async function fromServer(request, url) {
  const shelf = await caches.open(PAGES);
  const kept = await shelf.match(request, { ignoreVary: true });
  try {
    const answer = await (kept ? Promise.race([fetch(request), tooLate()]) : fetch(request));
    if (kept && answer.status >= 502 && answer.status <= 504) return kept; // a proxy that cannot reach the server
    if (answer.status === 200 && !answer.redirected && opensOffline(url.pathname)) await shelf.put(request, answer.clone());
    return answer;
  } catch {
    return kept || unreachable();
  }
}

/**
 * Whether the page at `path` may open without the server. As in `task_pages.js`.
 * @param {string} path
 */
function opensOffline(path) {
  return path === "/" || TASK_PAGES.some((page) => path === page.path || isTask(path, page.path));
}

/**
 * @param {string} path
 * @param {string} folder
 */
function isTask(path, folder) {
  const rest = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : "";
  return rest !== "" && !/\/(?:finish|link|photo)$/.test(rest); // these need the server
}

/** @returns {Promise<Response>} */
function tooLate() {
  return new Promise((resolve, reject) => setTimeout(() => reject(new Error("no answer")), PATIENCE_MS));
}

/**
 * Runs in the page that replaces one that was never seen here, without the usual scripts. It says and sounds that scans are not
 * taken, since their task is not known, and leaves as soon as the server answers.
 */
function watch() {
  const AGAIN_MS = 3000;
  const SHORTEST = 3;
  const SILENCE_MS = 1000; // ends a code of a scanner that sends no end key
  const lost = /** @type {HTMLElement} */ (document.querySelector("[data-lost]"));
  let keys = "";
  let number = 0;
  /** @type {number | undefined} */
  let silence = undefined;
  /** @type {AudioContext | null} */
  let sound = null;

  /** @param {string} code */
  function refuse(code) {
    number += 1;
    const words = number === 1 ? "1 scan was not taken" : `${number} scans were not taken`;
    lost.textContent = `${code.slice(0, 40)} is not taken: no page is open here.${document.querySelector(".cards") ? " Open one below." : ""} ${words} so far.`;
    lost.hidden = false;
    document.body.dataset.heard = "refused";
    sessionStorage.setItem("scanner.lost", `${words} while the server could not be reached. Scan again what is missing.`);
    if ("vibrate" in navigator) navigator.vibrate(600);
    buzz();
  }

  /** Whether the keys so far were a code. */
  function end() {
    const code = keys;
    keys = "";
    if (code.length >= SHORTEST) refuse(code);
    return code.length >= SHORTEST;
  }

  function buzz() {
    const Context = window.AudioContext || window.webkitAudioContext;
    if (!Context || localStorage.getItem("scanner.volume") === "0") return;
    sound = sound || new Context();
    const tone = sound.createOscillator();
    tone.type = "sawtooth";
    tone.frequency.value = 131; // as refused sounds on every page
    tone.connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + 0.65);
  }

  document.addEventListener("keydown", (event) => {
    if (event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey) keys += event.key;
    clearTimeout(silence);
    if (event.key === "Enter" || event.key === "Tab") {
      if (end()) event.preventDefault();
    } else if (keys) {
      silence = setTimeout(end, SILENCE_MS);
    }
  }, true);
  document.addEventListener("paste", ({ clipboardData }) => refuse(clipboardData ? clipboardData.getData("text").trim() : ""));
  setInterval(() => fetch("/healthz", { cache: "no-store" }).then(({ ok }) => ok && location.reload(), () => {}), AGAIN_MS);
}

/** The page in place of one that was never seen here: unsent scans, and pages where work can go on. */
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

/** @param {number | null} waiting */
function wordsFor(waiting) {
  if (!waiting) return "Scans that are not sent yet are safe on this device.";
  return `${waiting} ${waiting === 1 ? "scan waits" : "scans wait"} on this device, safe, to be sent once the server is back.`;
}

/** @param {URL} url */
function linkTo({ pathname, search }) {
  return `<li><a class="card" href="${escaped(pathname + search)}"><span class="card__title">${escaped(nameOf(pathname))}</span></a></li>`;
}

/**
 * The reference in an address, where it is encoded once more than other text (`web/references.py`); as it stands, where it was typed.
 * @param {string} part
 */
function reference(part) {
  try {
    return decodeURIComponent(decodeURIComponent(part));
  } catch {
    return decodeURIComponent(part);
  }
}

/**
 * What a kept page is called: its list's name, or its task.
 * @param {string} path
 */
function nameOf(path) {
  if (path === "/") return "Home";
  const list = TASK_PAGES.find((page) => path === page.path);
  if (list) return list.name;
  const folder = TASK_PAGES.find((page) => isTask(path, page.path));
  return folder ? reference(path.slice(folder.path.length + 1)) : decodeURIComponent(path);
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/**
 * How many scans wait in the outbox's store (`device_store.js`); null where the device has no such store.
 * @returns {Promise<number | null>}
 */
function countWaiting() {
  return new Promise((resolve) => {
    const opening = indexedDB.open("scanner");
    opening.onupgradeneeded = () => opening.transaction && opening.transaction.abort(); // there is none; only a page creates it
    opening.onerror = () => resolve(null);
    opening.onsuccess = () => {
      const counting = opening.result.transaction("waiting").objectStore("waiting").count();
      counting.onsuccess = () => resolve(counting.result);
      counting.onerror = () => resolve(null);
      opening.result.close();
    };
  });
}
