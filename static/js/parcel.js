// @ts-check
// Goods that are first picked and then packed, as unsent scans leave them: by the rules of the server, for the display only.

import { FINISHING, Tally } from "./tally.js";

/** @import { Finder, Scan } from "./types.d.ts" */

/**
 * @typedef {{wanted: number, picked: number, packed: number, gone: number}} Far how far a line is by the record, in units
 * @typedef {{item: string, effect: string, sound: string}} Asked what is said of the end
 * @typedef {{packs: boolean, picks: Scan[], puts: Scan[], end: string}} Steps `packs`: goods are packed now; `end`: "asked", "yes",
 *   "no" or "": what the newest scan is to the end of the task
 */

export class Parcel {
  /**
   * @param {object} parcel
   * @param {Finder} parcel.known
   * @param {Iterable<string>} parcel.places codes of places
   * @param {string} parcel.packing the place whose label begins packing; "" where nobody packs
   * @param {() => Map<number, Far>} parcel.lines by the record
   * @param {() => [string, number][]} [parcel.waiting]
   */
  constructor({ known, places, packing, lines, waiting }) {
    this.places = new Set(places);
    this.packing = packing;
    this.lines = lines;
    /** @type {Map<number, number>} units that the unsent scans pick */
    this.picked = new Map();
    this.picks = new Tally(known, (line) => count(this._far(line), "list"), waiting, true);
    this.puts = new Tally(known, (line) => count(this._far(line, true), "box"), () => [], true);
  }

  /**
   * Part scans into those that pick and those that pack.
   * @param {readonly Scan[]} scans
   * @param {boolean} packs whether goods are packed before them
   * @returns {Steps}
   */
  follow(scans, packs) {
    /** @type {Steps} */
    const steps = { packs, picks: [], puts: [], end: "" };
    for (const scan of scans) {
      const here = this.isPlace(scan.code) ? scan.code : scan.location;
      if (here) steps.packs = Boolean(this.packing) && here === this.packing;
      steps.end = endOf(scan.code.toUpperCase(), steps.end);
      if (!steps.end && !scan.short) (steps.packs ? steps.puts : steps.picks).push(scan);
    }
    this.picked = spread(this.picks.replay(steps.picks).goods, (line) => count(this._far(line), "list"));
    return steps;
  }

  /** @param {string} code */
  isPlace(code) {
    return this.places.has(code);
  }

  /**
   * How far each line is with the unsent scans.
   * @param {Steps} steps
   * @returns {Map<number, {scanned: number, expected: number}>}
   */
  now({ packs, puts }) {
    const packed = spread(this.puts.replay(puts).goods, (line) => count(this._far(line, true), "box"));
    return new Map(Array.from(this.lines().keys(), (line) => {
      const far = this._far(line, true);
      return [line, count({ ...far, packed: far.packed + (packed.get(line) || 0) }, packs ? "box" : "list")];
    }));
  }

  /**
   * What is said of a task that is to end, as the server will say it.
   * @param {string} code of the command
   * @param {Steps} steps
   * @param {number} missing units that are not picked by the record
   * @returns {Asked}
   */
  asks(code, steps, missing) {
    const all = Array.from(this.now({ ...steps, packs: true }).values());
    const sum = (/** @type {(each: {scanned: number, expected: number}) => number} */ of) => all.reduce((units, each) => units + of(each), 0);
    const lacks = missing - Array.from(this.picked.values()).reduce((units, each) => units + each, 0);
    const unpacked = sum(({ scanned, expected }) => Math.max(expected - scanned, 0));
    const begun = !this.packing || sum(({ scanned }) => scanned) > 0;
    const short = lacks > 0 ? `${lacks} not picked` : "All of it is picked";
    if (!sum(({ expected }) => expected)) return { item: "Nothing is picked", effect: "There is nothing to ship", sound: "refused" };
    if (!begun && code === "CMD-DONE") return { item: short, effect: `Scan the label ${this.packing}`, sound: "refused" };
    if (this.packing && begun && unpacked) return { item: `${unpacked} not in the parcel yet`, effect: "Pack it first", sound: "refused" };
    if (lacks <= 0 && begun) return { item: "Ships", effect: "", sound: "kept" };
    return { item: lacks > 0 ? `${short}: ship it short?` : "Ship it unpacked?", effect: "Scan CMD-CONFIRM to say yes", sound: "held" };
  }

  /**
   * @param {number} line
   * @param {boolean} [unsent] with what the unsent scans pick
   * @returns {Far}
   */
  _far(line, unsent = false) {
    const far = this.lines().get(line) || { wanted: 0, picked: 0, packed: 0, gone: 0 };
    return unsent ? { ...far, picked: far.picked + (this.picked.get(line) || 0) } : far;
  }
}

/**
 * What a scan is to the end of the task.
 * @param {string} command
 * @param {string} before what the scan before was
 */
function endOf(command, before) {
  if (FINISHING.has(command)) return "asked";
  if (before !== "asked") return "";
  return command === "CMD-CONFIRM" ? "yes" : command === "CMD-LEAVE" ? "no" : "";
}

/**
 * How far a line is as who picks or who packs sees it.
 * @param {Far} far
 * @param {"list" | "box"} how
 */
function count({ wanted, picked, packed, gone }, how) {
  if (how === "list") return { scanned: picked, expected: wanted };
  return { scanned: packed, expected: Math.max(Math.min(picked, wanted) - gone, 0) };
}

/**
 * Units of goods on their lines: as many on each as it has room for, the rest on the first.
 * @param {readonly import("./tally.js").Goods[]} goods
 * @param {(line: number) => {scanned: number, expected: number}} far
 */
function spread(goods, far) {
  /** @type {Map<number, number>} */
  const units = new Map();
  for (const { found, counted } of goods) {
    let left = counted;
    for (const line of found.lines) {
      const { scanned, expected } = far(line);
      const fits = Math.min(Math.max(expected - scanned, 0), Math.max(left, 0));
      units.set(line, fits);
      left -= fits;
    }
    units.set(found.lines[0], (units.get(found.lines[0]) || 0) + left);
  }
  return units;
}
