// @ts-check
// Where a picker goes next while scans wait: the stops that the server listed, less what was taken since. For display only: the
// order of the stops stays the server's, and a shelf that it did not list is none here.

/** @import { Found, Scan } from "./types.d.ts" */

/** @typedef {{code: string, sku: string, units: number | null}} Stop `code`: of the shelf; `units`: null where the page tells no number */
/** @typedef {{stop: Stop | null, sku: string, units: number}} Did what a scan did; `stop`: where, null where no stop is known */

const SHORT = /^CMD-SHORT(-|$)/i;

export class Way {
  /**
   * @param {object} walk
   * @param {readonly Stop[]} walk.stops in the order of the server's list
   * @param {ReadonlyMap<string, number>} walk.needs SKU -> units that are to be picked by the record
   * @param {(code: string) => {sku: string, found: Found} | null} walk.find what a code stands for
   * @param {readonly {sku: string, units: number}[]} [walk.before] what is recorded and undo can take back, the last one last
   * @param {boolean} [walk.totes] whether a code that nobody knows may put goods down, so that undo takes that back
   */
  constructor({ stops, needs, find, before = [], totes = false }) {
    this.stops = stops;
    this.needs = new Map(needs);
    this.find = find;
    this.totes = totes;
    /** Where the person stands; "" where the server's list begins. */
    this.here = "";
    /** @type {Did[]} that undo can take back, the last one last */
    this.did = before.map((each) => ({ ...each, stop: null }));
    for (const { sku, units } of before) this.needs.set(sku, (this.needs.get(sku) || 0) + units);
    /** @type {Set<Stop>} where somebody found nothing more */
    this.gone = new Set();
  }

  /**
   * @param {readonly Scan[]} scans that pick, the oldest first
   */
  follow(scans) {
    for (const scan of scans) this._read(scan);
    return this;
  }

  /** The stops that are left, from where the person stands on; `units` are those to take there now. */
  left() {
    const needs = new Map(Array.from(this.needs.keys(), (sku) => [sku, this.needed(sku)]));
    /** @type {Stop[]} */
    const left = [];
    for (const stop of this._onward()) {
      const need = needs.get(stop.sku) || 0;
      const units = this.gone.has(stop) ? 0 : Math.min(stop.units === null ? need : stop.units - this._takenAt(stop), need);
      if (units <= 0) continue;
      left.push({ ...stop, units: stop.units === null ? null : units });
      if (stop.units !== null) needs.set(stop.sku, need - units);
    }
    return left;
  }

  /** Units by stop that were taken and are in no tote yet, and whether goods may have gone into one before. */
  inHand() {
    const put = this.did.map(({ stop, sku }) => !stop && !sku).lastIndexOf(true) + 1;
    /** @type {Map<Stop, number>} */
    const taken = new Map();
    for (const { stop, units } of this.did.slice(put)) if (stop && units) taken.set(stop, (taken.get(stop) || 0) + units);
    return { taken, put: put > 0 };
  }

  /** Whether all is picked. */
  done() {
    return Array.from(this.needs.keys()).every((sku) => !this.needed(sku));
  }

  /**
   * Units of an item that are still to be picked.
   * @param {string} sku
   */
  needed(sku) {
    const taken = this.did.reduce((units, each) => units + (each.sku === sku ? each.units : 0), 0);
    return Math.max((this.needs.get(sku) || 0) - taken, 0);
  }

  /** @param {Stop} stop */
  _takenAt(stop) {
    return this.did.reduce((units, each) => units + (each.stop === stop ? each.units : 0), 0);
  }

  /** The stops from where the person stands, past the last one from the first again. */
  _onward() {
    const at = Math.max(this.stops.findIndex(({ code }) => code === this.here), 0);
    return [...this.stops.slice(at), ...this.stops.slice(0, at)];
  }

  /** @param {Scan} scan */
  _read({ code, quantity, short, location }) {
    if (location) this._go(location);
    if (code.toUpperCase() === "CMD-UNDO") this._undo();
    else if (SHORT.test(code)) this._miss("");
    else if (this.stops.some((stop) => stop.code === code)) this._go(code);
    else this._goods(code, quantity, Boolean(short));
  }

  /**
   * A shelf of which nothing is to be taken now does not change the way.
   * @param {string} code
   */
  _go(code) {
    if (this.left().some((stop) => stop.code === code)) this.here = code;
  }

  /**
   * @param {string} code
   * @param {number} quantity
   * @param {boolean} short
   */
  _goods(code, quantity, short) {
    const known = this.find(code);
    if (!known) {
      if (this.totes && !/^CMD-/i.test(code)) this.did.push({ stop: null, sku: "", units: 0 });
      return;
    }
    const { sku, found } = known;
    const units = found.units * quantity;
    if (short) this._miss(sku);
    else if (units <= this.needed(sku)) this.did.push({ stop: this._stopOf(sku), sku, units });
  }

  /**
   * What is at the shelf in hand is not there: these goods, or without any those of the next stop there.
   * @param {string} sku
   */
  _miss(sku) {
    const [first] = this.left();
    const here = this.here || (first ? first.code : "");
    const missed = this.left().find((stop) => stop.code === here && (!sku || stop.sku === sku));
    const stop = missed && this.stops.find((each) => each.code === missed.code && each.sku === missed.sku);
    if (!stop) return;
    this.gone.add(stop);
    this.did.push({ stop, sku: "", units: 0 });
  }

  _undo() {
    const last = this.did.pop();
    if (last && last.stop && !last.sku) this.gone.delete(last.stop);
  }

  /**
   * The stop that goods are taken at. Before any shelf was scanned it is the first that has them.
   * @param {string} sku
   */
  _stopOf(sku) {
    const stops = this._onward().filter((stop) => stop.sku === sku);
    return (this.here ? stops.find(({ code }) => code === this.here) : stops[0]) || null;
  }
}

/**
 * A line's stops in words: "take 2, then 1 at A-01-2".
 * @param {readonly Stop[]} stops
 */
export function stopWords([first, ...others]) {
  const take = first.units === null ? "" : ` · take ${first.units.toLocaleString("en")}`;
  return take + others.map(({ code, units }) => `, then ${units === null ? "" : `${units.toLocaleString("en")} at `}${code}`).join("");
}
