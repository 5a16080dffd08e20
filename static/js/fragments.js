// @ts-check
// Puts a reply of the server into the page. Scans do not travel through htmx, whose queue drops them when they come fast; their
// replies are the same fragments: each element replaces the one with its id, as with hx-swap-oob.

/**
 * Put each element of `html` into the page; returns those that found a place. A line that is new comes last.
 * @param {string} html
 */
export function swapIn(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const fresh = Array.from(template.content.children).filter((element) => element.id);
  return fresh.filter((element) => {
    const old = document.getElementById(element.id);
    const list = element.matches(".line") ? document.getElementById("lines") : null;
    if (old) exchange(old, element);
    else if (list) list.append(element);
    return Boolean(old || list);
  });
}

/**
 * Put an element in another's place; one that fetches itself anew at times goes on doing so.
 * @param {Element} old
 * @param {Element} element
 */
export function exchange(old, element) {
  old.replaceWith(element);
  if (window.htmx && element.hasAttribute("hx-get")) window.htmx.process(element);
}
