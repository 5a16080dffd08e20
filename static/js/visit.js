// Goes to another page without unloading this one, so that no key of a scanner is lost on the way and a server that
// cannot be reached leaves the page as it is. Only scans travel so; links are links.

import { keepPagesOf } from "./offline.js";
import { keepPage } from "./offline_pages.js";

const TIMEOUT_MS = 15000;

/** Fetch a page (POST where there are `fields`) and put it in place of this one; false where it could not be had,
 *  null where the browser loads it whole, since it wants newer scripts. */
export async function visit(url, fields) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(url, { ...request(fields), credentials: "same-origin", signal: abort.signal });
    const html = await response.text();
    const fresh = new DOMParser().parseFromString(html, "text/html");
    if (!fresh.body.dataset.scans) return false;
    if (version(fresh) !== version(document)) {
      location.assign(response.redirected || !fields ? response.url : location.href);
      return null;
    }
    await Promise.all([takeStyles(fresh), keepPagesOf(fresh.body.dataset.operator)]);
    if (response.redirected || !fields) history.pushState({ visited: true }, "", response.url);
    if (response.status === 200 && (response.redirected || !fields)) keepPage(response, html);
    show(fresh);
    return true;
  } catch (error) {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** Which scripts a page wants: a server that was brought up to date wants newer ones than run here. */
function version(page) {
  return page.querySelector("script[type=module]").getAttribute("src");
}

function request(fields) {
  if (!fields) return { headers: { Accept: "text/html" } }; // the worker gives its last copy to a page that asks so
  const token = document.querySelector("meta[name=csrf-token]").content;
  return { method: "POST", body: new URLSearchParams({ ...fields, csrf_token: token }) };
}

/** Have the styles that the new page wants and this one lacks, before it is shown. */
function takeStyles(fresh) {
  const here = new Set(Array.from(document.querySelectorAll("link[rel=stylesheet]"), (link) => link.href));
  const lacking = Array.from(fresh.querySelectorAll("head > link[rel=stylesheet]")).filter((link) => !here.has(link.href));
  return Promise.all(lacking.map((link) => new Promise((resolve) => {
    const added = document.importNode(link, true);
    added.onload = added.onerror = resolve;
    document.head.append(added);
  })));
}

function show(fresh) {
  document.title = fresh.title;
  const token = "meta[name=csrf-token]";
  document.querySelector(token).content = fresh.querySelector(token).content;
  const body = document.body;
  for (const { name } of Array.from(body.attributes)) body.removeAttribute(name);
  for (const { name, value } of Array.from(fresh.body.attributes)) body.setAttribute(name, value);
  const catcher = body.querySelector("[data-catcher]");
  body.textContent = "";
  body.append(...Array.from(fresh.body.childNodes), catcher);
  const wanted = body.querySelector("[autofocus]");
  if (wanted) wanted.focus();
  if (window.htmx) window.htmx.process(body);
  window.scrollTo(0, 0);
}

// Going back shows the page as the server has it now.
window.addEventListener("popstate", () => location.reload());
