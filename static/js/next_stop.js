// @ts-check
// Draws where a picker goes next while scans wait: the shelf, what is taken there, and the list in the order of the walk.

import { part, parts } from "./page_parts.js";
import { stopWords } from "./way.js";

/** @import { Finder, Found } from "./types.d.ts" */
/** @import { Stop, Way } from "./way.js" */

const MOST_LETTERS = 48;

/**
 * What a code stands for, and the SKU that the walk calls it by.
 * @param {Finder} known
 * @param {readonly string[]} skus
 */
export function finder(known, skus) {
  /** @type {Map<number, string>} */
  const byLine = new Map();
  for (const sku of skus) {
    const found = known.find(sku);
    if (found) byLine.set(found.lines[0], sku);
  }
  return (/** @type {string} */ code) => {
    const found = known.find(code);
    const sku = found && byLine.get(found.lines[0]);
    return found && sku ? { sku, found } : null;
  };
}

/**
 * The panel of the next shelf.
 * @param {HTMLElement} next
 * @param {Way} way
 * @param {{known: Finder, packing: string}} task
 */
export function showNext(next, way, { known, packing }) {
  const [stop, ...others] = way.left();
  const [actions] = parts(".next__short", next);
  const unknown = parts(".next__words--bad", next);
  const shelf = element("p", "next__shelf", stop ? stop.code : packing);
  const words = element("p", "next__words", "");
  if (stop) words.append(...goodsWords(stop, known.find(stop.sku), others.filter(({ code }) => code === stop.code).length));
  else words.textContent = endWords(way, packing, unknown.length > 0);
  next.replaceChildren(...(stop || way.done() ? [shelf] : []), words, ...(stop && actions ? [actions] : []), ...unknown);
  if (stop && actions) for (const form of parts("form", actions)) aim(form, stop);
}

/**
 * What comes next where goods go into a parcel; or where the server's list is still that of the parcel, and the walk is not known.
 * @param {HTMLElement} next
 * @param {readonly {scanned: number, expected: number}[]} lines how far each is
 * @param {boolean} packs
 */
export function showPacking(next, lines, packs) {
  const words = !packs ? "Scan the shelf, then the item"
    : lines.every(({ expected }) => !expected) ? "Nothing is picked yet"
    : lines.every(({ scanned, expected }) => scanned >= expected) ? "All that is picked is in the parcel"
    : "Scan each unit into the parcel";
  next.replaceChildren(element("p", "next__words", words), ...parts(".next__words--bad", next));
}

/**
 * @param {Stop} stop
 * @param {Found | null} found
 * @param {number} more other items that are taken there
 */
function goodsWords({ sku, units }, found, more) {
  const name = found ? found.name : sku;
  const short = name.length > MOST_LETTERS ? `${name.slice(0, MOST_LETTERS - 1)}…` : name;
  const others = more ? `, and ${more} other item${more === 1 ? "" : "s"} there` : "";
  return [...(units === null ? [] : [element("strong", "", units.toLocaleString("en")), " "]), `${short} `, element("span", "soft", `${sku}${others}`)];
}

/**
 * @param {Way} way
 * @param {string} packing
 * @param {boolean} unknown whether the order has goods that nobody knows
 */
function endWords(way, packing, unknown) {
  if (!way.done()) return "Where the rest is, is said once these scans are sent.";
  return `All ${unknown ? "that is known " : ""}of it is picked. ${packing ? `Scan the label ${packing}.` : "Scan CMD-SHIP to ship it."}`;
}

/**
 * The list: what is to be taken in the order of the walk, then what has no shelf, then what is done.
 * @param {HTMLElement} lines
 * @param {Way} way
 * @param {ReadonlyMap<number, {scanned: number, expected: number}>} now line -> how far it is
 */
export function showList(lines, way, now) {
  const left = way.left();
  const place = (/** @type {HTMLElement} */ row) => {
    const at = left.findIndex(({ sku }) => sku === row.dataset.sku);
    return isDone(row, now) ? left.length + 1 : at < 0 ? left.length : at;
  };
  const rows = parts("[data-stops]", lines).map((row) => ({ row, at: place(row) }));
  for (const { row, at } of rows) {
    const stops = left.filter(({ sku }) => sku === row.dataset.sku);
    showStops(row, at < left.length ? stops : []);
    if (left.length && left[0].sku === row.dataset.sku) for (const form of parts(".line__short", row)) form.remove(); // the panel has it
  }
  lines.append(...rows.sort((one, other) => one.at - other.at).map(({ row }) => row));
  showDone(lines, now);
}

/**
 * Mark the lines that are done, and have them stand below. Not as right where a line has too many.
 * @param {HTMLElement} lines
 * @param {ReadonlyMap<number, {scanned: number, expected: number}>} now line -> how far it is
 */
export function showDone(lines, now) {
  for (const row of parts("[data-wanted]", lines).filter((each) => isDone(each, now))) {
    const { scanned, expected } = now.get(lineOf(row)) || { scanned: 0, expected: 0 };
    if (scanned <= expected) tick(row);
    lines.append(row);
  }
}

/**
 * @param {HTMLElement} row
 * @param {ReadonlyMap<number, {scanned: number, expected: number}>} now
 */
function isDone(row, now) {
  const { scanned, expected } = now.get(lineOf(row)) || { scanned: 0, expected: 0 };
  return scanned >= expected;
}

/** @param {HTMLElement} row */
export function lineOf(row) {
  return Number(row.id.replace("line-", ""));
}

/**
 * Mark a row as done.
 * @param {HTMLElement} row
 */
export function tick(row) {
  row.classList.add("line--done");
  for (const each of parts(".walk__short", row)) each.remove();
  const [sign] = parts(".line__sign", row);
  if (!sign) return;
  sign.hidden = false;
  sign.replaceChildren(check(), element("span", "visually-hidden", "done"));
}

/**
 * @param {HTMLElement} row
 * @param {Stop[]} stops of its item
 */
function showStops(row, stops) {
  const [shelf] = parts(".line__shelf", row);
  if (shelf && stops.length) shelf.textContent = stops[0].code;
  else if (shelf) shelf.remove();
  const words = part(".line__sku", row);
  const [, lacking = ""] = /( · [^·]* on no shelf)\s*$/.exec(words.textContent || "") || [];
  words.textContent = `${row.dataset.sku}${stops.length ? stopWords(stops) : ""}${lacking}`;
  for (const form of parts(".line__short", row)) {
    if (stops.length) aim(form, stops[0]);
    else form.remove();
  }
}

/**
 * Have a button speak of the goods of this stop.
 * @param {HTMLElement} form
 * @param {Stop} stop
 */
function aim(form, { code, sku }) {
  for (const field of Array.from(form.querySelectorAll("input[name=location]"))) field.setAttribute("value", code);
  for (const button of Array.from(form.querySelectorAll("button[name=code]"))) button.setAttribute("value", sku);
}

function check() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "sign");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${document.body.dataset.signs}#check`);
  svg.append(use);
  return svg;
}

/**
 * @param {string} name
 * @param {string} className
 * @param {string} text
 * @returns {HTMLElement}
 */
export function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}
