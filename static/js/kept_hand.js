// @ts-check
// What the page shows of unsent scans where goods are taken in hand and put down: the place scanned last, and what is in hand then.

import { Kept, titleOf, write } from "./kept.js";
import { copyOf, part, parts } from "./page_parts.js";
import { PutBy } from "./put_by.js";
import { follow, handWords } from "./taking.js";

/** @import { Finder, Found, KnownOfTask, Result, Scan } from "./types.d.ts" */
/** @import { Held } from "./taking.js" */

const PARTS = ["hand-bar", "lines"];

export class KeptHand extends Kept {
  /**
   * @param {Finder} known
   * @param {HTMLTemplateElement} template of the panel
   * @param {(code: string) => string | null} place the code of a place as it is spelt
   */
  constructor(known, template, place) {
    super(known, template);
    this.place = place;
    this.recorded = new PutBy();
    /** @type {Map<string, Found>} */
    this.learned = new Map();
  }

  /**
   * The panel for the newest of the unsent scans.
   * @param {readonly Scan[]} scans the oldest first
   */
  panel(scans) {
    const { code } = scans[scans.length - 1];
    const found = this._find(code);
    const panel = copyOf(this.template);
    const place = this.place(code.trim());
    write(panel, "item", place || titleOf(code, found));
    const held = found && this._follow(scans).held.get(found.name);
    if (held) write(panel, "number", held.units.toLocaleString("en"));
    if (held) write(panel, "of", "in your hand");
    return panel;
  }

  /**
   * Show what is in hand with the unsent scans; once there are none, what is recorded.
   * @param {readonly Scan[]} scans
   */
  mark(scans) {
    for (const id of PARTS) this.recorded.restore(id);
    if (!scans.length) return;
    const hand = this._follow(scans);
    const bar = this.recorded.change("hand-bar");
    const source = part("#taking strong", bar);
    source.textContent = hand.source || source.textContent;
    source.removeAttribute("data-ends-in");
    if (hand.source === this._source()) part("[data-while-unsent]", bar).hidden = false;
    else part("[data-while-unsent]", bar).remove();
    part("#in-hand", bar).textContent = handWords(hand, scans.length);
    for (const words of parts(".hand-over, .handed", bar)) words.remove();
    this.recorded.change("lines").replaceChildren(...this._rows(Array.from(hand.held.values()), scans.length));
  }

  /**
   * Remember what an item is called.
   * @param {Scan} scan
   * @param {Result} result
   */
  learn(scan, { reason, item, units }) {
    if (reason === "taken" && item && units > 0 && units % scan.quantity === 0) {
      this.learned.set(scan.code.trim(), { name: item.name, units: units / scan.quantity, lines: [] });
    }
  }

  /** @param {string} code */
  _find(code) {
    return this.known.find(code) || this.learned.get(code.trim()) || null;
  }

  _source() {
    return this.recorded.at("hand-bar").dataset.source || "";
  }

  /** @param {readonly Scan[]} scans */
  _follow(scans) {
    /** @type {[string, Held][]} */
    const held = [];
    for (const { dataset } of parts("[data-units]", this.recorded.at("lines"))) {
      const name = dataset.name || "";
      held.push([name, { name, units: Number(dataset.units) }]);
    }
    return follow(scans, { source: this._source(), held, place: this.place, find: (code) => this._find(code) });
  }

  /**
   * @param {Held[]} held
   * @param {number} unsent
   */
  _rows(held, unsent) {
    if (!held.length) return [row(`Not sent yet: ${unsent} scan${unsent === 1 ? "" : "s"}`, "")];
    return held.map(({ name, units }) => row(name, units.toLocaleString("en")));
  }
}

/**
 * @param {string} name
 * @param {string} units
 */
function row(name, units) {
  const line = document.createElement("li");
  line.className = "line line--kept";
  for (const [style, text] of [["line__item", name], ["line__count", units]]) {
    const words = document.createElement("span");
    words.className = style;
    words.textContent = text;
    line.append(words);
  }
  return line;
}
