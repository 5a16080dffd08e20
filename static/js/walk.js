// @ts-check
// Where a person is on a count while scans wait to be sent: the recorded state, and then the unsent scans, read as the server will
// read them. For display only.

/** @import { Found, Scan } from "./types.d.ts" */

/**
 * @typedef {"to do" | "being counted" | "done"} PlaceState
 * @typedef {PlaceState | "mine"} StateHere "being counted" is by somebody else, "mine" by this person
 * @typedef {{code: string, state: PlaceState, mine: boolean}} Place `mine`: this person counts there
 * @typedef {{code: string, sku: string, name: string, units: number, sure: boolean}} Row one item at a place; not `sure` where the
 *   device does not know the code: then `units` are its scans, it has no SKU, and nobody knows yet whether it counts
 * @typedef {Row & {place: string | null}} Goods one scan of goods
 * @typedef {{place: string, nothing: true}} Nothing somebody said that nothing is at a place
 * @typedef {Pick<Scan, "code" | "quantity" | "confirm">} Said what the walk reads of a scan
 */

export class Walk {
  /**
   * @param {object} count
   * @param {Place[]} count.places in walking order
   * @param {string | null | undefined} count.here the place in hand by the record
   * @param {boolean} count.said whether something is recorded at the place that is not left yet
   * @param {(code: string) => Pick<Found, "name" | "units" | "sku"> | null} count.find what a code stands for
   * @param {ReadonlySet<string>} [count.elsewhere] places that are not of this count
   */
  constructor({ places, here, said, find, elsewhere = new Set() }) {
    const mine = places.find((place) => place.mine);
    this.places = places;
    /** @type {Map<string, StateHere>} */
    this.states = new Map(places.map((place) => [place.code, place.mine ? "mine" : place.state]));
    /** @type {string | null} */
    this.here = here || null;
    this.start = this.here;
    this.said = said;
    this.find = find;
    this.elsewhere = elsewhere;
    /** @type {string | null} the place that is not left yet */
    this.open = this.here || (mine ? mine.code : null);
    this.begun = this.open;
    /** @type {string | null} a place that is counted again only after a yes */
    this.asked = null;
    /** @type {Goods | null} the newest goods, wherever they are */
    this.last = null;
    /** @type {(Goods | Nothing)[]} unsent scans at places, the oldest first */
    this.kept = [];
    /** @type {Set<string>} places that are counted again: what is recorded there is dropped */
    this.anew = new Set();
  }

  /**
   * Read scans, the oldest first.
   * @param {readonly Said[]} scans
   */
  follow(scans) {
    for (const scan of scans) this._read(scan, scan.code.trim());
    return this;
  }

  /**
   * How much is kept at a place. Not `sure` where the device does not know each code.
   * @param {string | null} place
   */
  keptAt(place) {
    const goods = this._goodsAt(place);
    return { scans: goods.length, units: goods.reduce((sum, { units }) => sum + units, 0), sure: goods.every(({ sure }) => sure) };
  }

  /**
   * What is kept at a place, a row for each item, the last scanned first. A code that the device does not know has a row of its own.
   * @param {string | null} place
   */
  rowsAt(place) {
    /** @type {Map<string, Row>} */
    const rows = new Map();
    for (const { code, sku, name, units, sure } of this._goodsAt(place)) {
      const key = sku || code;
      const before = rows.get(key);
      rows.delete(key);
      rows.set(key, { code, sku, name, units: units + (before ? before.units : 0), sure });
    }
    return Array.from(rows.values()).reverse();
  }

  /**
   * Whether somebody said that nothing is at a place, and nothing was scanned there.
   * @param {string | null} place
   */
  isEmpty(place) {
    return !this._goodsAt(place).length && this.kept.some((each) => each.place === place && !isGoods(each));
  }

  /**
   * How far a place is; undefined where the count has no such place.
   * @param {string} code
   */
  stateOf(code) {
    return code === this.here ? "mine" : this.states.get(code);
  }

  /** The next place to count, from where the person is on; past the end from the start again; null when none is left. */
  next() {
    const codes = this.places.map(({ code }) => code);
    const passed = codes.findIndex((code) => code === this.here) + 1;
    return codes.slice(passed).concat(codes.slice(0, passed)).find((code) => this.stateOf(code) === "to do") || null;
  }

  /** @param {string | null} place */
  _goodsAt(place) {
    return this.kept.filter(isGoods).filter((each) => each.place === place);
  }

  /**
   * @param {Said} scan
   * @param {string} code
   */
  _read(scan, code) {
    const command = code.toUpperCase();
    const asked = this.asked;
    this.asked = null;
    if (this.states.has(code)) this._label(code, scan.confirm);
    else if (this.elsewhere.has(code)) this._standNowhere();
    else if (command === "CMD-CONFIRM" && asked) this._label(asked, true);
    else if (command === "CMD-UNDO" && !asked) this.kept.pop();
    else if (command === "CMD-EMPTY" && this.here) this.kept.push({ place: this.here, nothing: true });
    else if (!/^CMD-/.test(command)) this._goods(scan, code);
  }

  /**
   * The label of a place was scanned.
   * @param {string} code
   * @param {boolean} agreed to count it again, where it is done or somebody else counts it
   */
  _label(code, agreed) {
    const state = this.stateOf(code);
    if (state === "mine" || state === "to do") {
      this._enter(code);
    } else if (agreed) {
      this.kept = this.kept.filter((each) => each.place !== code);
      this.anew.add(code);
      this._enter(code);
    } else {
      this._standNowhere(); // until the answer
      this.asked = code;
    }
  }

  /** Scans count nowhere until the person is at a place of this count. */
  _standNowhere() {
    if (this.here) this.states.set(this.here, "mine");
    this.here = null;
  }

  /**
   * Go to a place. The one before is done if anything was said of it; else it stays to do.
   * @param {string} code
   */
  _enter(code) {
    if (this.open && this.open !== code) this.states.set(this.open, this._isSaid(this.open) ? "done" : "to do");
    this.here = code;
    this.open = code;
    this.states.set(code, "mine");
  }

  /**
   * Whether anything is recorded or kept at the place that is left.
   * @param {string} place
   */
  _isSaid(place) {
    const recorded = this.said && place === this.begun && !this.anew.has(place);
    return recorded || this.kept.some((each) => each.place === place);
  }

  /**
   * Goods were scanned.
   * @param {Said} scan
   * @param {string} code
   */
  _goods(scan, code) {
    const found = this.find(code);
    const { name, units, sku = "" } = found || { name: code, units: 1 };
    this.last = { place: this.here, code, sku, name, units: units * scan.quantity, sure: Boolean(found) };
    if (this.here) this.kept.push(this.last);
  }
}

/**
 * @param {Goods | Nothing} each
 * @returns {each is Goods}
 */
function isGoods(each) {
  return "code" in each;
}
