// @ts-check
// Keeps the keys that a scanner types while the page still loads, until `wedge.js` listens. A plain script, since modules run
// only after the whole document was loaded.
(function () {
  /** @type {KeyboardEvent[]} */
  const keys = [];

  /** @param {KeyboardEvent} event */
  function keep(event) {
    const { target } = event;
    if (target instanceof Element && target.matches("input, textarea, select")) return;
    const { key } = event;
    if (key.length !== 1 && (!keys.length || /^(?:Shift|Control|Alt\w*|Meta|CapsLock|NumLock|Process|Unidentified)$/.test(key))) return;
    keys.push(event);
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.preventDefault();
  }

  document.addEventListener("keydown", keep, true);
  window.takeEarlyKeys = () => {
    document.removeEventListener("keydown", keep, true);
    return keys.splice(0);
  };
})();
