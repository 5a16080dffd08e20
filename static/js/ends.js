// @ts-check
// Words of a page that hold for a while only: `data-ends-in` gives the seconds, `data-then` the words after them. Each scan makes
// them hold anew: while scans wait to be sent they do not end, and what stands in `data-while-unsent` is shown beside them.

/** @import { Scope } from "./scope.js" */

const EVERY_MS = 1000;

/**
 * @param {Scope} scope
 * @param {() => boolean} waits whether scans of the page wait to be sent
 */
export function watchEnds(scope, waits) {
  /** @type {WeakMap<Element, number>} */
  const since = new WeakMap();
  const timer = setInterval(() => look(since, waits()), EVERY_MS);
  scope.atEnd(() => clearInterval(timer));
}

/**
 * @param {WeakMap<Element, number>} since
 * @param {boolean} waits
 */
function look(since, waits) {
  const now = Date.now();
  for (const note of document.querySelectorAll("[data-while-unsent]")) note.toggleAttribute("hidden", !waits);
  for (const each of document.querySelectorAll("[data-ends-in]")) {
    if (waits || !since.has(each)) since.set(each, now);
    if (now - (since.get(each) || now) > Number(each.getAttribute("data-ends-in")) * 1000) end(each);
  }
}

/** @param {Element} each */
function end(each) {
  each.textContent = each.getAttribute("data-then");
  each.removeAttribute("data-ends-in");
}
