// @ts-check
// What the page shows of scans that are on this device and not recorded yet.

import { gradeOf } from "./hand.js";
import { copyOf, part, partAs, parts } from "./page_parts.js";
import { Tally } from "./tally.js";

/** @import { Came, Step } from "./tally.js" */
/** @import { Finder, Found, Result, Scan } from "./types.d.ts" */

/** @type {Readonly<Record<string, string>>} */
const COMMANDS = {
  "CMD-UNDO": "Takes the last scan back",
  "CMD-DONE": "Finish: waits for the network",
  "CMD-BACKORDER": "Finish, the rest stays on order: waits for the network",
  "CMD-CONFIRM": "Yes",
  "CMD-LEAVE": "No: leave out what waits",
  "CMD-EMPTY": "Nothing is there",
  "CMD-SHORT": "Not there",
  "CMD-SHORT-DAMAGED": "Damaged",
  "CMD-SHORT-PLACE": "Wrong place",
  "CMD-SHIP": "Ship: waits for the network",
  "CMD-SENT": "Went back to the vendor",
};

/** @param {number} units */
const number = (units) => units.toLocaleString("en");

/**
 * What a command does, in words; undefined for any other code.
 * @param {string} code
 * @returns {string | undefined}
 */
export function commandWords(code) {
  return COMMANDS[code.toUpperCase()];
}

/**
 * What the panel calls a scan: its goods, else what its command does, else the code.
 * @param {string} code
 * @param {Found | null} found
 */
export function titleOf(code, found) {
  const grade = gradeOf(code);
  return found ? found.name : commandWords(code) || (grade ? `Grade: ${grade}` : code);
}

/**
 * How far a line is, as it stands on the page. A line that hides what is expected shows what is scanned alone.
 * @param {{scanned?: string, expected?: string}} line its data attributes
 * @param {number} extra units on top of what is recorded
 * @param {number} [held] units that wait for an answer
 */
export function lineWords({ scanned, expected }, extra, held = 0) {
  const units = Number(scanned) + extra;
  return (expected ? `${units} / ${expected}` : String(units)) + (held ? ` · ${held} ?` : "");
}

/** Counts unsent scans on top of what the page shows as recorded. */
export class Kept {
  /**
   * @param {Finder} known
   * @param {HTMLTemplateElement} template of the panel
   * @param {boolean} [strict] whether what is too much counts for nothing
   */
  constructor(known, template, strict = false) {
    this.known = known;
    this.template = template;
    this.tally = new Tally(known, recordedOn, waitingHere, strict);
  }

  /**
   * The panel for the newest of the unsent scans, counting all of them.
   * @param {readonly Scan[]} scans the oldest first
   */
  panel(scans) {
    const scan = scans[scans.length - 1];
    const found = this.known.find(scan.code);
    const panel = copyOf(this.template);
    write(panel, "item", titleOf(scan.code, found));
    const { step } = this.tally.replay(scans);
    if (step) this._write(panel, step, this.tally);
    return panel;
  }

  /**
   * @param {HTMLElement} panel
   * @param {Step} step what the newest scan did
   * @param {Tally} tally that it is of
   */
  _write(panel, { came, goods, units }, tally) {
    const { scanned, expected } = tally.count(goods);
    const of = expected ? `of ${number(expected)}` : "";
    const held = came === "held";
    const refused = came === "refused";
    write(panel, "item", goods.found.name);
    write(panel, "number", number(held ? goods.held : scanned));
    write(panel, "of", held ? `${goods.held === 1 ? "waits" : "wait"} for an answer: too many` : of);
    write(panel, "effect", held ? `${number(scanned)} ${of}` : effectOf(came, units));
    panel.classList.toggle("result--held", held);
    panel.classList.toggle("result--too-many", refused);
    if (held || came === "over") panel.dataset.sound = came;
    if (refused) panel.dataset.sound = "too-many";
  }

  /**
   * Remember what came of a recorded scan: undo may take it back while offline.
   * @param {Scan} scan
   * @param {Result} result
   */
  learn(scan, { signal, units, item }) {
    this.tally.learn(signal, this.known.find(item ? item.sku : scan.code), units);
  }

  /**
   * The panel for a scan that the device could not even keep.
   * @param {Scan} scan
   */
  unstored(scan) {
    const panel = copyOf(partAs("[data-unstored]", HTMLTemplateElement));
    const found = this.known.find(scan.code);
    write(panel, "item", found ? found.name : scan.code);
    return panel;
  }

  /**
   * Show on the lines what they come to with the unsent scans, and on all others what is recorded.
   * @param {readonly Scan[]} scans
   */
  mark(scans) {
    this._mark(scans, this.tally);
  }

  /**
   * @param {readonly Scan[]} scans
   * @param {Tally} tally that they are of
   */
  _mark(scans, tally) {
    for (const row of parts(".line--kept")) {
      row.classList.remove("line--kept");
      part(".line__count", row).textContent = lineWords(row.dataset, 0);
    }
    if (!scans.length) return;
    for (const [line, { counted, held }] of tally.marks(tally.replay(scans).goods)) {
      const row = rowOf(line);
      if (!row) continue;
      row.classList.add("line--kept");
      part(".line__count", row).textContent = lineWords(row.dataset, counted, held);
    }
  }
}

/**
 * Write into a part of the panel.
 * @param {HTMLElement} panel
 * @param {"item" | "number" | "of" | "effect"} name
 * @param {string} text
 */
export function write(panel, name, text) {
  part(`[data-kept-${name}]`, panel).textContent = text;
}

/**
 * @param {Came} came
 * @param {number} units
 */
function effectOf(came, units) {
  if (came === "left") return `${number(units)} left out`;
  if (came === "refused") return "Too many: not counted";
  return came === "undone" ? `${number(units)} taken back` : `+${number(units)}`;
}

/**
 * What this person holds by the record, as the page shows it; what is asked about comes last.
 * @returns {[string, number][]}
 */
function waitingHere() {
  return parts("[data-waits]").reverse().map((row) => [row.dataset.sku || "", Number(row.dataset.waits)]);
}

/** @param {number} line */
function rowOf(line) {
  return document.getElementById(`line-${line}`);
}

/** @param {number} line */
function recordedOn(line) {
  const row = rowOf(line);
  return row ? { scanned: Number(row.dataset.scanned), expected: row.dataset.expected ? Number(row.dataset.expected) : NaN } : null;
}
