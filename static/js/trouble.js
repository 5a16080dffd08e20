// @ts-check
// The line above every page that says what went wrong, or that it is over.

import { part } from "./page_parts.js";

/**
 * Say this above the page.
 * @param {string} words
 * @param {"bad" | "again"} [how] "again": it is over, scan again
 */
export function say(words, how = "bad") {
  const trouble = part("[data-trouble]");
  trouble.textContent = words;
  trouble.hidden = false;
  trouble.dataset.how = how;
  delete trouble.dataset.hint;
}

/**
 * Say this above the page until the next code comes.
 * @param {string} words
 */
export function sayUntilScan(words) {
  say(words);
  part("[data-trouble]").dataset.hint = "";
}

/**
 * Say that a scan was not taken, since it would lead away from what is written here; a button takes it anyway.
 * @param {string} words what did not happen
 * @param {string} yes
 * @param {() => unknown} act
 */
export function ask(words, yes, act) {
  say(`You are writing here, so ${words} Save first, or empty what you wrote. `);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = yes;
  button.addEventListener("click", () => { part("[data-trouble]").hidden = true; act(); });
  part("[data-trouble]").append(button);
}

/**
 * Of scans whose page never came.
 * @param {number} lost
 */
export function lostWords(lost) {
  return `${lost === 1 ? "1 scan was" : `${lost} scans were`} not taken, since nobody had signed in. Scan again what is missing.`;
}

/** @type {Readonly<Record<string, string>>} */
const HINTS = {
  layout: "The scanner's keyboard layout differs from this device's.",
  caps: "Caps Lock is on: the letters come turned round.",
  end: "was not taken: the scanner sent no end key after it, such as Enter. Scan it again.",
};

/**
 * Say what seems wrong with the scanner's keyboard, and where to set it up; "" takes it away.
 * @param {string | undefined} doubt
 * @param {string} [keys]
 */
export function hint(doubt, keys = "") {
  const trouble = part("[data-trouble]");
  if (!doubt) {
    if (trouble.dataset.hint !== undefined) trouble.hidden = true;
    return;
  }
  sayUntilScan(`${keys.slice(0, 40)} ${HINTS[doubt]} `.trimStart());
  const link = document.createElement("a");
  link.href = document.body.dataset.setUp || "";
  link.textContent = "Set the scanner up";
  trouble.append(link);
}
