// @ts-check
// Finds parts of a page.

/**
 * The first element of `type` that `selector` finds; throws where there is none.
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @param {ParentNode} [root]
 * @returns {T}
 */
export function partAs(selector, type, root = document) {
  const found = root.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`expected ${selector} on the page`);
  return found;
}

/**
 * The first element that `selector` finds; throws where there is none.
 * @param {string} selector
 * @param {ParentNode} [root]
 */
export function part(selector, root = document) {
  return partAs(selector, HTMLElement, root);
}

/**
 * Every element that `selector` finds.
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {HTMLElement[]}
 */
export function parts(selector, root = document) {
  return Array.from(root.querySelectorAll(selector));
}

/**
 * The element with this id; throws where there is none.
 * @param {string} id
 */
export function partWithId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`expected an element with the id ${id} on the page`);
  return found;
}

/**
 * A copy of what a template holds.
 * @param {HTMLTemplateElement} template
 */
export function copyOf(template) {
  const copy = document.importNode(template.content, true).firstElementChild;
  if (!(copy instanceof HTMLElement)) throw new Error("expected one element in the template");
  return copy;
}

/** Give the focus to the field in which the page wants it, if there is one. */
export function focusWanted() {
  const wanted = document.querySelector("[autofocus]");
  if (wanted instanceof HTMLElement) wanted.focus();
}

/**
 * The element that an event came to.
 * @param {Event} event
 * @returns {Element}
 */
export function targetOf({ target }) {
  return target instanceof Element ? target : document.documentElement;
}

/** The token that a form must send, to prove that it comes from our page. */
export function csrfToken() {
  return csrfMeta().content;
}

/** Where a page holds that token. */
export function csrfMeta(page = document) {
  return partAs("meta[name=csrf-token]", HTMLMetaElement, page);
}

/** The address that opens a task of any kind by its label. That of the page's own kind has the kind in its query. */
export function openAny() {
  return (document.body.dataset.open || "").split("?")[0];
}
