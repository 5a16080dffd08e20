// @ts-check
// Puts an answer of the server into the page: each element replaces the one with its id, as with hx-swap-oob. Scans are not sent
// by htmx, since its queue drops some when they come fast.

/**
 * Put each element of `html` into the page; returns those that found a place. A line that is new comes last.
 * @param {string} html
 * @param {(old: Element | null, element: Element) => boolean} may
 */
export function swapIn(html, may = () => true) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const fresh = Array.from(template.content.children).filter((element) => element.id);
  return fresh.filter((element) => {
    const old = document.getElementById(element.id);
    if (!may(old, element)) return false;
    const list = element.matches(".line") ? document.getElementById("lines") : null;
    if (old) exchange(old, element);
    else if (list) list.append(element);
    return Boolean(old || list);
  });
}

/**
 * Replace an element. One that loads itself again at times goes on doing so.
 * @param {Element} old
 * @param {Element} element
 */
export function exchange(old, element) {
  old.replaceWith(element);
  if (window.htmx && element.hasAttribute("hx-get")) window.htmx.process(element);
}
