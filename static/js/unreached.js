// @ts-check
// Says that the server could not be reached, and takes that back once it can be: else nobody knows whether the next scan counts.

import { part } from "./page_parts.js";
import { inTime } from "./sender.js";
import { say } from "./trouble.js";

const AGAIN_MS = 2000;

/** @type {number | undefined} */
let timer;

/**
 * Say that the server could not be reached. Once it is, say `then` in its place, or nothing; unless other words stand there since.
 * @param {string} words
 * @param {string} [then]
 */
export function sayUnreached(words, then = "") {
  say(words);
  clearTimeout(timer);
  timer = setTimeout(() => look(words, then), AGAIN_MS);
}

/**
 * @param {string} words
 * @param {string} then
 */
async function look(words, then) {
  if (!stands(words)) return;
  const reached = await answers();
  if (!stands(words)) return;
  if (!reached) timer = setTimeout(() => look(words, then), AGAIN_MS);
  else if (then) say(then, "again");
  else part("[data-trouble]").hidden = true;
}

/** @param {string} words */
function stands(words) {
  const trouble = part("[data-trouble]");
  return !trouble.hidden && trouble.textContent === words;
}

/** Whether the server itself answers, and no portal in its place. */
async function answers() {
  try {
    return await inTime(async (signal) => (await (await fetch("/healthz", { cache: "no-store", signal })).json()).status === "ok");
  } catch {
    return false;
  }
}
