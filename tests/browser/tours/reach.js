/**
 * What of this page a finger cannot get at: a list of sentences, empty where all is well.
 * `lowest` is the height in pixels that a control must have, 0 for any.
 * A control is reached when scrolling, as a person can scroll, brings its middle into the window with nothing over it.
 */
(lowest) => {
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const root = document.scrollingElement;
  const open = Array.from(document.querySelectorAll("dialog[open]")).pop();
  const within = open?.matches(":modal") ? open : document;
  const faults = [];
  const scrolled = Array.from(document.querySelectorAll("body, body *"), (box) => [box, box.scrollLeft, box.scrollTop]);

  const named = (element) => {
    const words = (element.getAttribute("aria-label") || element.innerText || element.name || "").trim().replace(/\s+/g, " ");
    return `<${element.localName}${element.className ? "." + String(element.className).split(" ")[0] : ""}> ${words.slice(0, 40)}`;
  };
  /* What is for screen readers or for the keyboard alone: clipped to a pixel, or off the page until it has the focus. */
  const isHidden = (element) =>
    !element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || element.matches(".skip, .visually-hidden");
  /* The box that a finger aims at: a radio's or a check box's label where it has one. */
  const target = (element) => (element.matches("[type=radio], [type=checkbox], [type=file]") && element.closest("label")) || element;
  const boxes = (element) => {
    const all = [];
    for (let box = element.parentElement; box; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (/hidden|clip/.test(style.overflowX + style.overflowY)) all.push([box, box.scrollLeft, box.scrollTop]);
    }
    return all;
  };
  const isInSentence = (element) => {
    if (element.localName !== "a" || getComputedStyle(element).display !== "inline") return false;
    return Array.from(element.parentElement.childNodes).some(
      (node) => node.nodeType === Node.TEXT_NODE && /\p{L}{2}/u.test(node.textContent),
    );
  };

  const width = Math.max(root.scrollWidth, document.body.scrollWidth);
  if (width > innerWidth + 1) {
    const wide = Array.from(document.querySelectorAll("body *")).filter((element) => {
      const box = element.getBoundingClientRect();
      return box.right > innerWidth + 1 && box.width && !element.closest("[data-scrolls], .table__frame");
    });
    faults.push(`the page is ${width} px wide in a window of ${innerWidth}: ${wide.slice(-3).map(named).join("; ")}`);
  }
  for (const element of within.querySelectorAll(CONTROLS)) {
    const aim = target(element);
    if (element.closest("[inert]") || (element.disabled && element.localName !== "button")) continue;
    if (isHidden(aim)) continue;
    const hidden = boxes(aim);
    aim.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const moved = hidden.filter(([box, left, top]) => box.scrollLeft !== left || box.scrollTop !== top);
    for (const [box, left, top] of moved) [box.scrollLeft, box.scrollTop] = [left, top];
    // A link over two lines has a box for each; its middle may lie between them.
    const box = aim.getClientRects()[0] ?? aim.getBoundingClientRect();
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) {
      faults.push(`out of reach: ${named(aim)} at ${Math.round(x)}, ${Math.round(y)}`);
      continue;
    }
    const hit = document.elementFromPoint(x, y);
    const isHit = hit && (aim.contains(hit) || hit.contains(aim.closest("label")) || hit.closest("label")?.control === element);
    if (!isHit) faults.push(`covered: ${named(aim)} by ${hit ? named(hit).slice(0, 30) : "nothing"}`);
    if (aim.matches("button, .button") && aim.scrollWidth > aim.clientWidth + 1)
      faults.push(`cut off: ${named(aim)}, ${aim.scrollWidth} px of words in ${aim.clientWidth}`);
    const whole = aim.getBoundingClientRect();
    if (lowest && whole.height < lowest - 0.5 && !isInSentence(aim))
      faults.push(`small: ${named(aim)} is ${Math.round(whole.height)} px high`);
  }
  for (const [box, left, top] of scrolled) [box.scrollLeft, box.scrollTop] = [left, top];
  root.scrollTop = 0;
  return faults;
}
