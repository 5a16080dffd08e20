// Pages that open without the server, where the browser allows it (`worker.js` hands them out).

const PAGES = "pages";
const possible = () => window.isSecureContext && "serviceWorker" in navigator && "caches" in window;

/** Have pages kept from now on; `url` is the worker's. */
export function openOffline(url) {
  if (possible()) navigator.serviceWorker.register(url).catch(() => {});
}

/** Keep a page that came without a navigation. */
export async function keepPage({ url, headers }, html) {
  if (!possible() || !/^\/((?:receiving|returns|counting)(\/(?!.*\/(?:finish|link|photo)$).+)?)?$/.test(new URL(url).pathname)) return;
  const shelf = await caches.open(PAGES);
  await shelf.put(url, new Response(html, { headers }));
}

/** Whoever signed out, or locked the device, leaves no pages behind. */
export function forgetPages() {
  if (possible()) caches.delete(PAGES);
}
