// Runs before anything else on the page: whoever scans while a page still loads loses nothing. The wedge takes these keys
// over once it listens itself. A plain script, since modules wait for the whole document.
(function () {
  var keys = [];
  function keep(event) {
    if (event.target.matches && event.target.matches("input, textarea, select")) return;
    if (event.key.length !== 1 && event.key !== "Enter" && event.key !== "Tab" && event.key !== "F8") return;
    if (event.key.length !== 1 && !keys.length) return;
    keys.push(event);
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.preventDefault();
  }
  document.addEventListener("keydown", keep, true);
  window.takeEarlyKeys = function () {
    document.removeEventListener("keydown", keep, true);
    return keys.splice(0);
  };
})();
