// Where a person stands on a count, as far as the device knows while scans wait to be sent: what the page says is recorded,
// and the unsent scans on top, read as the server will read them. It only ever guesses for display.

export class Walk {
  /**
   * `places` are [{code, state, mine}] in walking order: state "to do", "being counted" or "done", `mine` where this person is in
   * it. `here` is the shelf in hand by the record, `said` whether something is recorded there. `find(code)` gives {name, units}.
   */
  constructor({ places, here, said, find }) {
    this.places = places;
    this.states = new Map(places.map(({ code, state, mine }) => [code, mine ? "mine" : state]));
    this.here = here || null;
    this.start = this.here;
    this.said = said;
    this.find = find;
    this.open = this.here || (places.find(({ mine }) => mine) || { code: null }).code; // whose visit is not over
    this.asked = null; // a label that is not gone to before it is scanned again
    this.last = null; // the newest goods, wherever they are
    this.kept = []; // [{place, code, name, units, sure}] of the unsent scans at shelves, in order; `empty` for a word that nothing is there
    this.anew = new Set(); // what is recorded there is dropped
  }

  /** Read scans, the oldest first. */
  follow(scans) {
    for (const scan of scans) this._read(scan, scan.code.trim());
    return this;
  }

  /** What is kept at a shelf: {scans, units, sure}; not `sure` where a code may stand for more than one. */
  keptAt(place) {
    const goods = this._goodsAt(place);
    return { scans: goods.length, units: goods.reduce((sum, { units }) => sum + units, 0), sure: goods.every(({ sure }) => sure) };
  }

  /** The same by code, the last first: [{code, name, units}]. */
  rowsAt(place) {
    const rows = new Map();
    for (const { code, name, units } of this._goodsAt(place)) {
      const before = rows.get(code);
      rows.delete(code);
      rows.set(code, { code, name, units: units + (before ? before.units : 0) });
    }
    return Array.from(rows.values()).reverse();
  }

  /** Whether nothing was found at a shelf, and somebody said so. */
  isEmpty(place) {
    return !this._goodsAt(place).length && this.kept.some((each) => each.place === place && each.empty);
  }

  /** "to do", "being counted" (by somebody else), "mine" or "done". */
  stateOf(code) {
    return code === this.here ? "mine" : this.states.get(code);
  }

  /** The next shelf to do on the walk, from where the person is; from the start again, once the end is reached; or null. */
  next() {
    const codes = this.places.map(({ code }) => code);
    const passed = codes.indexOf(this.here) + 1;
    return codes.slice(passed).concat(codes.slice(0, passed)).find((code) => this.stateOf(code) === "to do") || null;
  }

  _goodsAt(place) {
    return this.kept.filter((each) => each.place === place && !each.empty);
  }

  _read(scan, code) {
    const command = code.toUpperCase();
    const asked = this.asked;
    this.asked = null;
    if (this.states.has(code)) this._label(code, scan.confirm || asked === code);
    else if (command === "CMD-CONFIRM" && asked) this._label(asked, true);
    else if (command === "CMD-UNDO" && !asked) this.kept.pop();
    else if (command === "CMD-EMPTY" && this.here) this.kept.push({ place: this.here, empty: true });
    else if (!/^CMD-/.test(command)) this._goods(scan, code);
  }

  _label(code, agreed) {
    const state = this.stateOf(code);
    if (state === "mine" || state === "to do") {
      this._enter(code);
    } else if (agreed) {
      this.kept = this.kept.filter((each) => each.place !== code);
      this.anew.add(code);
      this._enter(code);
    } else {
      if (this.here) this.states.set(this.here, "mine");
      this.here = null; // what follows a label that waits for a yes counts nowhere
      this.asked = code;
    }
  }

  /** The shelf before is done if anything was said of it; else it stays to do. */
  _enter(code) {
    if (this.open && this.open !== code) {
      const recorded = this.said && !this.anew.has(this.open) && this.open === (this.start || this.open);
      const said = recorded || this.kept.some(({ place }) => place === this.open);
      this.states.set(this.open, said ? "done" : "to do");
    }
    this.here = code;
    this.open = code;
    this.states.set(code, "mine");
  }

  _goods(scan, code) {
    const found = this.find(code);
    const { name, units } = found || { name: code, units: 1 };
    this.last = { place: this.here, code, name, units: units * scan.quantity, sure: Boolean(found) };
    if (this.here) this.kept.push(this.last);
  }
}
