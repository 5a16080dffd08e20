// @ts-check
// Goes to another page without unloading this one, so that no key of a scanner is lost. Where the server cannot be reached, the
// page stays. Only scans lead to pages this way; links load them as usual.

import { keepPagesOf } from "./offline.js";
import { keepPage } from "./offline_pages.js";
import { csrfMeta, csrfToken, focusWanted, part } from "./page_parts.js";

/** @import { Fields } from "./types.d.ts" */

const TIMEOUT_MS = 15000;
const STYLES_MS = 3000; // later, a page without some of its styles is better than none

/**
 * Fetch a page (by POST where there are `fields`) and show it in place of this one. False where it could not be had; null where
 * the browser loads it as a whole, since it needs newer scripts.
 * @param {string} url
 * @param {Fields} [fields]
 */
export async function visit(url, fields) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(url, { ...request(fields), credentials: "same-origin", signal: abort.signal });
    const html = await response.text();
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const isPage = response.redirected || !fields; // the answer to a form has no address
    if (!fresh.body.dataset.scans) return false;
    if (scriptOf(fresh) !== scriptOf(document)) {
      location.assign(isPage ? response.url : location.href);
      return null;
    }
    await Promise.all([takeStyles(fresh), keepPagesOf(fresh.body.dataset.operator)]);
    if (isPage) history.pushState({ visited: true }, "", response.url);
    if (isPage && response.status === 200) keepPage(response, html);
    show(fresh);
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The address of a page's script, which has the server's version in it.
 * @param {Document} page
 */
function scriptOf(page) {
  return part("script[type=module]", page).getAttribute("src");
}

/**
 * @param {Fields | undefined} fields
 * @returns {RequestInit}
 */
function request(fields) {
  if (!fields) return { headers: { Accept: "text/html" } }; // tells the worker that its copy of the page may be used
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) body.set(name, String(value));
  body.set("csrf_token", csrfToken());
  return { method: "POST", body };
}

/**
 * Load the styles that the new page needs and this one lacks, before it is shown; not for ever, where the network goes just now.
 * @param {Document} fresh
 */
function takeStyles(fresh) {
  const here = new Set(styles(document).map((link) => link.href));
  const loaded = Promise.all(styles(fresh).filter((link) => !here.has(link.href)).map((link) => new Promise((resolve) => {
    const added = document.importNode(link, true);
    added.onload = added.onerror = resolve;
    document.head.append(added);
  })));
  return Promise.race([loaded, new Promise((resolve) => setTimeout(resolve, STYLES_MS))]);
}

/**
 * @param {Document} page
 * @returns {HTMLLinkElement[]}
 */
function styles(page) {
  return Array.from(page.querySelectorAll("head > link[rel=stylesheet]"));
}

/** @param {Document} fresh */
function show(fresh) {
  document.title = fresh.title;
  csrfMeta().content = csrfMeta(fresh).content;
  const { body } = document;
  for (const { name } of Array.from(body.attributes)) body.removeAttribute(name);
  for (const { name, value } of Array.from(fresh.body.attributes)) body.setAttribute(name, value);
  const catcher = body.querySelectorAll("[data-catcher]"); // it keeps what the scanner is typing
  body.textContent = "";
  body.append(...Array.from(fresh.body.childNodes), ...Array.from(catcher));
  focusWanted();
  if (window.htmx) window.htmx.process(body);
  window.scrollTo(0, 0);
}

// Going back shows the page as the server has it now.
window.addEventListener("popstate", () => location.reload());
