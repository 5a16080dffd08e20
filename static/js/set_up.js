// @ts-check
// The page that sets a scanner up: says what came of its label, and keeps on the device how the scanner types.

import { diagnose } from "./diagnosis.js";
import { endOf, keyName } from "./keystrokes.js";
import { part, partAs } from "./page_parts.js";

/** @import { Diagnosis, Finding, Key } from "./diagnosis.js" */

const SETUP = "scanner.setup"; // as in `wedge.js`
const DONE_MS = 700; // so long after a code nothing more of it comes
const MODIFIER = /^(?:Shift|Control|Alt\w*|Meta|CapsLock|NumLock|Process|Unidentified|Dead)$/;

/** @type {Key[]} that have a name */
let named = [];
/** @type {Key[]} */
let typed = [];
let silent = false;
/** @type {number | undefined} */
let timer = undefined;
const prompt = part("[data-set-up-prompt]");
const list = part("[data-findings]");
const forget = partAs("[data-forget]", HTMLButtonElement);

// Before the wedge, which lets nothing through.
window.addEventListener("keydown", (event) => {
  if (!event.repeat && (endOf(event) || event.key.length > 1) && !MODIFIER.test(event.key)) named.push({ character: "", at: event.timeStamp, name: keyName(event) });
}, true);
document.addEventListener("scanned", ({ detail }) => {
  typed.push(...detail.strokes);
  silent = detail.silent;
  clearTimeout(timer);
  timer = setTimeout(finish, DONE_MS);
});
forget.addEventListener("click", () => {
  localStorage.removeItem(SETUP);
  location.reload();
});
forget.hidden = !localStorage.getItem(SETUP);

/** All of the label has come. */
function finish() {
  const [first] = typed;
  const used = new Set(typed.filter(({ position }) => position).map(({ at }) => at)); // keys with a name that typed something
  const keys = [...typed, ...named.filter(({ at }) => at > first.at && !used.has(at))].sort((one, other) => one.at - other.at);
  show(diagnose(keys, silent, prompt.dataset.code || ""));
  typed = [];
  named = [];
}

/** @param {Diagnosis} diagnosis */
function show({ setup, findings }) {
  const stored = setup !== null && store(JSON.stringify(setup));
  const todo = findings.some(({ tone }) => tone === "bad");
  prompt.classList.toggle("prompt--bad", !stored);
  part(".prompt__words", prompt).textContent = stored ? (todo ? "Set up, but not all is well" : "Set up") : "Not set up";
  part(".prompt__more", prompt).textContent = stored ? "Kept on this device. Scan the label again to look again." : "Nothing was changed on this device.";
  list.textContent = "";
  list.append(...findings.map(itemOf));
  list.hidden = false;
  document.dispatchEvent(new CustomEvent("said", { detail: stored && !todo ? "complete" : "refused" }));
  forget.hidden = !localStorage.getItem(SETUP);
}

/** @param {string} setup */
function store(setup) {
  try {
    localStorage.setItem(SETUP, setup);
    return true;
  } catch {
    return false; // the storage of the device is full or closed
  }
}

/** @param {Finding} finding */
function itemOf({ tone, words, more }) {
  const item = document.createElement("li");
  item.className = `finding finding--${tone}`;
  const sign = document.createElement("span");
  sign.className = "finding__sign";
  sign.setAttribute("aria-hidden", "true");
  sign.textContent = { good: "✓", kept: "✓", bad: "!" }[tone];
  const text = document.createElement("p");
  text.textContent = words;
  item.append(sign, text);
  if (more) {
    const change = document.createElement("span");
    change.className = "finding__more";
    change.textContent = more;
    text.append(change);
  }
  return item;
}
