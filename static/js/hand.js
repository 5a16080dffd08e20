// @ts-check
// What is in hand on the returns bench while scans wait to be sent, so that goods can be graded by touch without a network.
// The server's answer replaces it.

import { part, parts } from "./page_parts.js";

/** @import { Finder, Scan } from "./types.d.ts" */

const GRADE = /^CMD-(RESTOCK|REFURBISH|QUARANTINE|DAMAGED|VENDOR|SCRAP)(-[A-Z0-9]+)?$/i;
const ASKS_WHY = /^CMD-(DAMAGED|VENDOR|SCRAP)$/i;

/**
 * "damaged", where the code is a grade, else null.
 * @param {string} code
 */
export function gradeOf(code) {
  const said = GRADE.exec(code);
  if (!said) return null;
  const grade = said[1].toLowerCase();
  return grade === "vendor" ? "return to vendor" : grade;
}

/**
 * Show in `hand` what the newest of the unsent scans left in hand.
 * @param {HTMLElement} hand
 * @param {readonly Scan[]} scans
 * @param {Finder} known tells items
 */
export function showHand(hand, scans, known) {
  const { code } = scans[scans.length - 1];
  const shown = inHand(code, known);
  if (shown) {
    hand.dataset.hand = shown.asks;
    part("[data-hand-words]", hand).textContent = shown.words;
  }
  hand.dataset.grade = gradeOf(code) || "";
  part("[data-evidence]", hand).hidden = false;
  pressGrade(hand);
}

/**
 * What a scan leaves in hand, in words, and what is asked next: a grade, or the reason for one. Null where the scan changes
 * nothing.
 * @param {string} code
 * @param {Finder} known
 */
export function inHand(code, known) {
  const item = known.find(code);
  const grade = gradeOf(code);
  if (item || !/^CMD-/i.test(code)) return { asks: "goods", words: `${item ? item.name : code}: now its grade` };
  if (ASKS_WHY.test(code)) return { asks: "why", words: `Why ${grade}?` };
  return grade ? { asks: "goods", words: `Graded ${grade}` } : null;
}

/**
 * Mark the button of the grade that the goods in hand have.
 * @param {HTMLElement} hand
 */
export function pressGrade(hand) {
  for (const button of parts("[data-grades]")) {
    button.setAttribute("aria-pressed", String(button.dataset.grades === hand.dataset.grade));
  }
}
