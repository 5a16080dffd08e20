// @ts-check
// What the unsent scans of a task come to, by the rules of the server: what fits counts, what is too much waits for an answer and
// adds up, and undo takes back what came last. It serves the display only; the server decides.

/** @import { Finder, Found, Recorded, Scan } from "./types.d.ts" */

/** @typedef {{found: Found, counted: number, held: number}} Goods units of the unsent scans; `held` with those on record */
/** @typedef {"counted" | "over" | "held" | "refused" | "undone" | "left"} Came */
/** @typedef {{came: Came, goods: Goods, units: number, answers?: boolean}} Step what one scan did; `answers`: a yes or a no */

const ANSWERS = new Set(["CMD-CONFIRM", "CMD-LEAVE"]);
/** A label with more on it than its item: a date in the past makes its goods wait. */
const SAYS_MORE = /^(?:\][A-Za-z]\d)?[^\d(]?\(?0[12]\)?\d{14}./;
export const FINISHING = new Set(["CMD-DONE", "CMD-BACKORDER", "CMD-SHIP"]);

export class Tally {
  /**
   * @param {Finder} known tells what a code stands for
   * @param {(line: number) => Recorded | null} recorded how far a line is by the record; null for a line that is not on the page
   * @param {() => [sku: string, units: number][]} waiting what the person holds by the record, the last held last
   * @param {boolean} strict what is too much counts for nothing, whatever anybody says
   */
  constructor(known, recorded, waiting = () => [], strict = false) {
    this.known = known;
    this.strict = strict;
    this.recorded = recorded;
    this.waiting = waiting;
    /** @type {Set<number>} first lines of goods of which more may come: the person said yes */
    this.agreed = new Set();
    /** @type {{came: Came, found: Found, units: number, yes: boolean}[]} recorded scans that undo can take back, the last one last */
    this.before = [];
  }

  /**
   * Remember what came of a recorded scan.
   * @param {Came | string} came its signal
   * @param {Found | null} found
   * @param {number} units
   */
  learn(came, found, units) {
    const undone = came === "undone" && this.before.pop();
    if (undone && undone.yes) this.agreed.delete(undone.found.lines[0]);
    if (!found) return;
    if (came === "over") this.agreed.add(found.lines[0]);
    if (["counted", "complete", "over", "held"].includes(came) && units > 0) {
      this.before.push({ came: came === "held" ? "held" : "counted", found, units, yes: came === "over" });
    }
  }

  /**
   * What the scans come to, and what the newest did; null where that is not known.
   * @param {readonly Scan[]} scans
   * @returns {{goods: Goods[], step: Step | null}}
   */
  replay(scans) {
    /** @type {Map<number, Goods>} */
    const all = new Map();
    const of = (/** @type {Found} */ found) => goodsOf(all, found);
    const agreed = new Set(this.agreed);
    /** @type {Step[]} */
    const steps = this.before.map(({ came, found, units }) => ({ came, goods: of(found), units }));
    /** @type {Goods[]} what waits, the last held last */
    let order = [];
    for (const [sku, units] of this.waiting()) {
      const found = this.known.find(sku);
      if (!found) continue;
      of(found).held += units;
      order = last(order, of(found));
    }
    /** @type {Step | null} */
    let step = null;
    let asked = false; // whether the scan before asked to finish
    let unsure = false; // whether something since may wait that the device does not know: an answer may be about that
    for (const scan of scans) {
      const command = scan.code.toUpperCase();
      const found = this.known.find(scan.code);
      const finishing = asked && ANSWERS.has(command);
      asked = FINISHING.has(command);
      if (command === "CMD-UNDO") step = undo(steps);
      else if (finishing) step = null; // the answer is about finishing, and all that waits
      else if (ANSWERS.has(command)) step = unsure ? null : answer(order.pop(), command === "CMD-CONFIRM");
      else step = found ? this._take(of(found), found.units * scan.quantity, scan.confirm || agreed.has(found.lines[0])) : null;
      if (step && step.came === "held") unsure = false;
      else if (!/^CMD-/.test(command)) unsure = unsure || !found || SAYS_MORE.test(scan.code);
      if (!step) continue;
      if (step.came !== "undone" && step.came !== "refused") steps.push(step);
      if (step.came === "over" && step.answers) agreed.add(step.goods.found.lines[0]);
      if (step.goods.held) order = step.came === "held" || !order.includes(step.goods) ? last(order, step.goods) : order;
      else order = order.filter((each) => each.held);
    }
    return { goods: Array.from(all.values()), step };
  }

  /**
   * How far goods are, the unsent scans counted in. Nothing is expected where the page hides it.
   * @param {Goods} goods
   */
  count({ found, counted }) {
    const count = { scanned: counted, expected: 0 };
    for (const line of found.lines) {
      const recorded = this.recorded(line);
      if (!recorded) continue;
      count.scanned += recorded.scanned;
      count.expected += recorded.expected || 0;
    }
    return count;
  }

  /**
   * Line -> the goods to show on it: the first line of the goods that has room, else their first line.
   * @param {Goods[]} goods
   */
  marks(goods) {
    /** @type {Map<number, Goods>} */
    const marks = new Map();
    for (const each of goods) {
      if (!each.counted && !each.held) continue;
      const open = each.found.lines.find((line) => roomOf(this.recorded(line)) > 0);
      marks.set(open === undefined ? each.found.lines[0] : open, each);
    }
    return marks;
  }

  /**
   * @param {Goods} goods
   * @param {number} units
   * @param {boolean} yes whether the person said yes to more
   * @returns {Step}
   */
  _take(goods, units, yes) {
    if (units <= this._room(goods)) {
      goods.counted += units;
      return { came: "counted", goods, units };
    }
    if (this.strict) return { came: "refused", goods, units };
    if (yes) goods.counted += units;
    else goods.held += units;
    return { came: yes ? "over" : "held", goods, units };
  }

  /** @param {Goods} goods */
  _room({ found, counted }) {
    const there = found.lines.map((line) => this.recorded(line)).filter((recorded) => recorded !== null);
    return there.length ? there.reduce((room, recorded) => room + roomOf(recorded), 0) - counted : Infinity;
  }
}

/**
 * Units still to come on a line; no end where nothing is expected.
 * @param {Recorded | null} recorded
 */
function roomOf(recorded) {
  if (!recorded) return 0;
  return Number.isNaN(recorded.expected) ? Infinity : Math.max(recorded.expected - recorded.scanned, 0);
}

/**
 * @param {Map<number, Goods>} all
 * @param {Found} found
 */
function goodsOf(all, found) {
  const there = all.get(found.lines[0]) || { found, counted: 0, held: 0 };
  all.set(found.lines[0], there);
  return there;
}

/**
 * Take back what came last.
 * @param {Step[]} steps
 * @returns {Step | null}
 */
function undo(steps) {
  const step = steps.pop();
  if (!step) return null;
  const { came, goods, units, answers } = step;
  if (came === "held") goods.held = Math.max(goods.held - units, 0); // a recorded yes may have taken it in
  if (came === "counted" || came === "over") goods.counted -= units;
  if (answers) goods.held += units;
  return { came: "undone", goods, units };
}

/**
 * A yes or a no to all that waits of some goods; null where nothing waits.
 * @param {Goods | undefined} goods
 * @param {boolean} yes
 * @returns {Step | null}
 */
function answer(goods, yes) {
  if (!goods) return null;
  const units = goods.held;
  goods.held = 0;
  if (yes) goods.counted += units;
  return { came: yes ? "over" : "left", goods, units, answers: true };
}

/**
 * @param {Goods[]} order
 * @param {Goods} goods
 */
function last(order, goods) {
  return [...order.filter((each) => each !== goods), goods];
}
