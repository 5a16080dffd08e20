// Puts a reply of the server into the page. Scans do not travel through htmx, whose queue drops them when they come fast;
// the fragment is the same one: each element takes the place of the one with its id (as hx-swap-oob says).

/** Swap each top-level element of `html` in; returns those that are in the page now. A line that is new comes last. */
export function swapIn(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const fresh = Array.from(template.content.children).filter((element) => element.id);
  return fresh.filter((element) => {
    const old = document.getElementById(element.id);
    const list = element.matches(".line") && document.getElementById("lines");
    if (old) exchange(old, element);
    else if (list) list.append(element);
    return Boolean(old || list);
  });
}

/** Put an element in another's place; what looks again by itself goes on doing so. */
export function exchange(old, element) {
  old.replaceWith(element);
  if (window.htmx && element.hasAttribute("hx-get")) window.htmx.process(element);
}
