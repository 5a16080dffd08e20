// @ts-check
// What the page shows of unsent scans on a walk whose goods go into totes: the stops that are left, the next one first, and below
// them those that are done.

import { Kept } from "./kept.js";
import { element, finder, tick } from "./next_stop.js";
import { part, parts } from "./page_parts.js";
import { PutBy } from "./put_by.js";
import { Way } from "./way.js";

/** @import { Finder, Scan } from "./types.d.ts" */
/** @import { Stop } from "./way.js" */

const PARTS = ["lines", "in-hand"];

export class KeptStops extends Kept {
  /**
   * @param {Finder} known
   * @param {HTMLTemplateElement} template of the panel
   */
  constructor(known, template) {
    super(known, template);
    this.recorded = new PutBy();
  }

  /**
   * Show the walk and the hand as they are with the unsent scans; once there are none, as they are recorded.
   * @param {readonly Scan[]} scans
   */
  mark(scans) {
    for (const id of PARTS) this.recorded.restore(id);
    if (!scans.length || !parts("[data-stop]", this.recorded.at("lines")).length) return;
    const lines = this.recorded.change("lines");
    const rows = parts("[data-stop]", lines);
    const way = wayOf(rows.map(stopOf), this.known).follow(scans);
    const left = way.left();
    const at = (/** @type {HTMLElement} */ row) => left.findIndex(({ code, sku }) => code === row.dataset.stop && sku === row.dataset.sku);
    for (const row of rows) show(row, at(row), left);
    const open = rows.filter((row) => at(row) >= 0).sort((one, other) => at(one) - at(other));
    const done = rows.filter((row) => at(row) < 0);
    lines.prepend(...open, ...(open.length ? [] : [nothingLeft()]), ...done);
    showHand(this.recorded.change("in-hand"), way, rows, this.known);
  }
}

/**
 * @param {HTMLElement} row
 * @returns {Stop}
 */
function stopOf({ dataset }) {
  return { code: dataset.stop || "", sku: dataset.sku || "", units: dataset.units ? Number(dataset.units) : null };
}

/**
 * @param {Stop[]} stops
 * @param {Finder} known
 */
function wayOf(stops, known) {
  /** @type {Map<string, number>} */
  const needs = new Map();
  for (const { sku, units } of stops) needs.set(sku, (needs.get(sku) || 0) + (units === null ? Infinity : units));
  return new Way({ stops, needs, find: finder(known, Array.from(needs.keys())), totes: true });
}

/**
 * @param {HTMLElement} row
 * @param {number} at its place among those that are left; below 0 where it is done
 * @param {Stop[]} left
 */
function show(row, at, left) {
  row.classList.toggle("walk__stop--next", at === 0);
  if (at < 0) {
    row.classList.add("line--kept");
    tick(row);
    for (const count of parts(".line__count", row)) count.textContent = "done";
    return;
  }
  const { units } = left[at];
  if (units === null || String(units) === row.dataset.units) return;
  row.classList.add("line--kept");
  part(".line__count", row).textContent = units.toLocaleString("en");
}

function nothingLeft() {
  const row = element("li", "line", "");
  row.append(element("span", "line__item soft", "Nothing is left to take."));
  return row;
}

/**
 * Which totes the goods in hand are for. What a tote took of them only the server knows.
 * @param {HTMLElement} hand
 * @param {Way} way
 * @param {HTMLElement[]} rows of the stops
 * @param {Finder} known
 */
function showHand(hand, way, rows, known) {
  const { taken, put } = way.inHand();
  const words = Array.from(taken, ([{ code, sku }, units]) => {
    const found = known.find(sku);
    const row = rows.find(({ dataset }) => dataset.stop === code && dataset.sku === sku);
    const totes = row && row.dataset.totes;
    return `${units.toLocaleString("en")} ${found ? found.name : sku}${totes ? ` for ${totes}` : ""}`;
  });
  if (put) for (const own of parts("[data-own-hand]", hand)) own.remove();
  if (words.length) hand.append(element("p", "notice notice--kept", `Not sent yet, in your hand: ${words.join(", ")}.`));
  else if (put) hand.append(element("p", "notice notice--kept", "What is in your hand now is said once these scans are sent."));
}
