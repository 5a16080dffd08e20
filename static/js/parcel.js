// @ts-check
// Goods that are first picked and then packed, as unsent scans leave them: by the rules of the server, for the display only.

import { commandWords } from "./kept.js";
import { FINISHING, Tally } from "./tally.js";

/** @import { Goods } from "./tally.js" */
/** @import { Finder, Scan } from "./types.d.ts" */

/**
 * @typedef {{wanted: number, picked: number, packed: number, gone: number}} Far how far a line is by the record, in units
 * @typedef {{missing: number, choice: string}} Due units that are not picked by the record, and what the supervisor chose: "wait",
 *   "split" or ""
 * @typedef {{goes: number, lacks: number, unpacked: number, beyond: number, begun: boolean}} Sums units that go, that are not picked,
 *   not in the parcel yet, and in it though cancelled since; `begun`: something is in the parcel
 * @typedef {{item: string, effect: string, sound: string}} Asked what is said of the end
 * @typedef {{packs: boolean, walk: Scan[], picks: Scan[], puts: Scan[], end: string, command: string, goods: Goods[]}} Steps `packs`: goods are packed now; `walk`: the
 *   scans of the walk, places and short picks too; `end`: "asked", "yes", "no" or "": what the newest scan is to the end of the task; `command`: the one that asked
 *   last; `goods`: what the picks come to, and what of it waits for an answer
 */

const SHIPS = commandWords("CMD-SHIP") || "";

export class Parcel {
  /**
   * @param {object} parcel
   * @param {Finder} parcel.known
   * @param {Iterable<string>} parcel.places codes of places
   * @param {string} parcel.packing the place whose label begins packing; "" where nobody packs
   * @param {() => Map<number, Far>} parcel.lines by the record; read once for all the unsent scans
   * @param {() => [string, number][]} [parcel.waiting]
   */
  constructor({ known, places, packing, lines, waiting }) {
    this.places = new Set(places);
    this.packing = packing;
    this.read = lines;
    /** @type {Map<number, Far>} */
    this.lines = new Map();
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
    const steps = { packs, walk: [], picks: [], puts: [], end: "", command: "", goods: [] };
    this.lines = this.read();
    for (const scan of scans) {
      const here = this.isPlace(scan.code) ? scan.code : scan.location;
      if (here) steps.packs = Boolean(this.packing) && here === this.packing;
      steps.end = endOf(scan.code.toUpperCase(), steps.end);
      if (steps.end === "asked") steps.command = scan.code.toUpperCase();
      if (!steps.end && !steps.packs) steps.walk.push(scan);
      if (!steps.end && !scan.short && !this.isPlace(scan.code)) (steps.packs ? steps.puts : steps.picks).push(scan);
    }
    steps.goods = this.picks.replay(steps.picks).goods;
    this.picked = this._spread(steps.goods);
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
    return new Map(Array.from(this.lines.keys(), (line) => {
      const far = this._far(line, true);
      return [line, count({ ...far, packed: far.packed + (packed.get(line) || 0) }, packs ? "box" : "list")];
    }));
  }

  /**
   * What is said of a task that is to end, as the server will say it.
   * @param {Steps} steps
   * @param {Due} due
   * @returns {Asked}
   */
  asks(steps, { missing, choice }) {
    const sums = this._sums(steps, missing);
    const barred = this._barred(steps, sums, choice);
    if (barred && !waits(steps)) return { ...barred, sound: "refused" };
    const asked = questions(sums);
    if (!asked.length && !waits(steps)) return { item: SHIPS, effect: "", sound: "kept" };
    const how = sums.lacks <= 0 ? "" : choice === "split" || steps.command === "CMD-BACKORDER" ? " and keep the rest" : " short";
    if (!waits(steps)) return { item: `${asked.join(". ")}: ship it${how}?`, effect: "Scan CMD-CONFIRM to say yes", sound: "held" };
    const effect = "CMD-CONFIRM says yes, CMD-LEAVE leaves it out";
    return { item: `${waits(steps)} ${waits(steps) === 1 ? "waits" : "wait"}: take that, and ship it${how}?`, effect, sound: "held" };
  }

  /**
   * What comes of the answer to what the end asked. A refused end asked nothing; goods that waited are left out or go along.
   * @param {Steps} steps
   * @param {Due} due
   * @returns {Asked}
   */
  answers(steps, due) {
    const asked = this.asks(steps, due);
    if (asked.sound !== "held") return asked;
    if (steps.end === "no" && !waits(steps)) return { item: "Not shipped", effect: "", sound: "kept" };
    const goods = steps.goods.map((each) => ({ ...each, counted: each.counted + (steps.end === "yes" ? each.held : 0), held: 0 }));
    this.picked = this._spread(goods);
    const then = this.asks({ ...steps, goods }, due);
    return then.sound === "refused" ? then : { item: SHIPS, effect: "", sound: "kept" };
  }

  /**
   * @param {Steps} steps
   * @param {number} missing
   * @returns {Sums}
   */
  _sums(steps, missing) {
    const all = Array.from(this.now({ ...steps, packs: true }).values());
    const sum = (/** @type {(each: {scanned: number, expected: number}) => number} */ of) => all.reduce((units, each) => units + of(each), 0);
    const met = Array.from(this.picked, ([line, units]) => Math.min(units, this._far(line).wanted - this._far(line).picked));
    const packed = Boolean(this.packing);
    return {
      goes: sum(({ expected }) => expected),
      lacks: missing - met.reduce((units, each) => units + each, 0),
      unpacked: packed ? sum(({ scanned, expected }) => Math.max(expected - scanned, 0)) : 0,
      beyond: packed ? sum(({ scanned, expected }) => Math.max(scanned - expected, 0)) : 0,
      begun: !packed || sum(({ scanned }) => scanned) > 0,
    };
  }

  /**
   * Why the parcel cannot go, whatever anybody says; null where it can.
   * @param {Steps} steps
   * @param {Sums} sums
   * @param {string} choice
   */
  _barred({ command }, { goes, lacks, unpacked, begun }, choice) {
    const short = lacks > 0 ? `${lacks} not picked` : "All of it is picked";
    if (!goes) return { item: "Nothing is picked", effect: "There is nothing to ship" };
    if (begun && unpacked) return { item: `${unpacked} not in the parcel yet`, effect: "Pack it first" };
    if (lacks > 0 && choice === "wait") return { item: short, effect: "The supervisor wants it whole" };
    return !begun && command === "CMD-DONE" ? { item: short, effect: `Scan the label ${this.packing}` } : null;
  }

  /** @param {readonly Goods[]} goods */
  _spread(goods) {
    return spread(goods, (line) => count(this._far(line), "list"));
  }

  /**
   * @param {number} line
   * @param {boolean} [unsent] with what the unsent scans pick
   * @returns {Far}
   */
  _far(line, unsent = false) {
    const far = this.lines.get(line) || { wanted: 0, picked: 0, packed: 0, gone: 0 };
    return unsent ? { ...far, picked: far.picked + (this.picked.get(line) || 0) } : far;
  }
}

/**
 * Units that wait for an answer.
 * @param {Steps} steps
 */
function waits({ goods }) {
  return goods.reduce((units, { held }) => units + held, 0);
}

/**
 * What has to be confirmed.
 * @param {Sums} sums
 */
function questions({ lacks, beyond, begun }) {
  return [
    ...(begun ? [] : ["Nothing was packed here"]),
    ...(beyond ? [`${beyond} cancelled, take out`] : []),
    ...(lacks > 0 ? [`${lacks} not picked`] : []),
  ];
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
 * @param {readonly Goods[]} goods
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
