// @ts-check
// What the page shows of unsent scans where goods are first picked and then packed: the label of the place of packing turns the list
// into that of the parcel, and the end of the task asks what the server will ask.

import { Kept, titleOf, write } from "./kept.js";
import { finder, lineOf, showDone, showList, showNext, showPacking } from "./next_stop.js";
import { copyOf, part, partAs, parts } from "./page_parts.js";
import { Parcel } from "./parcel.js";
import { PutBy } from "./put_by.js";
import { Way } from "./way.js";

/** @import { Finder, KnownOfTask, Result, Scan } from "./types.d.ts" */
/** @import { Steps } from "./parcel.js" */
/** @import { Stop } from "./way.js" */

const PARTS = ["next", "lines", "progress"];

export class KeptParcel extends Kept {
  /**
   * @param {Finder} known
   * @param {HTMLTemplateElement} template of the panel
   * @param {KnownOfTask} task
   */
  constructor(known, template, { places, packing = "" }) {
    super(known, template, true);
    this.recorded = new PutBy();
    const { waiting } = this.tally;
    this.parcel = new Parcel({ known, places, packing, lines: () => this._lines(), waiting });
    this.tally = this.parcel.picks;
  }

  /**
   * The panel for the newest of the unsent scans, counting all of them.
   * @param {readonly Scan[]} scans the oldest first
   */
  panel(scans) {
    const scan = scans[scans.length - 1];
    const steps = this._follow(scans);
    const panel = copyOf(this.template);
    write(panel, "item", titleOf(scan.code, this.known.find(scan.code)));
    if (steps.end) this._end(panel, steps);
    else if (this.parcel.isPlace(scan.code)) showPlace(panel, scan.code, steps.packs);
    else if (scan.short) write(panel, "effect", scan.reason || "");
    else {
      const tally = steps.packs ? this.parcel.puts : this.parcel.picks;
      const { step } = tally.replay(steps.packs ? steps.puts : steps.picks);
      if (step) this._write(panel, step, tally);
    }
    return panel;
  }

  /**
   * Remember what came of a recorded scan, of the pick or of the parcel.
   * @param {Scan} scan
   * @param {Result} result
   */
  learn(scan, result) {
    const { signal, units, item, location } = result;
    const packs = Boolean(this.parcel.packing) && location === this.parcel.packing;
    (packs ? this.parcel.puts : this.parcel.picks).learn(signal, this.known.find(item ? item.sku : scan.code), units);
  }

  /**
   * Show the list as it is with the unsent scans, and where to go next: of what is picked, or of what is in the parcel.
   * @param {readonly Scan[]} scans
   */
  mark(scans) {
    for (const id of PARTS) this.recorded.restore(id);
    if (!scans.length) return;
    const steps = this._follow(scans);
    const turns = steps.packs !== this._packs();
    const lines = this.recorded.change("lines");
    if (turns) this._turn(lines, steps);
    else if (steps.packs) this._mark(steps.puts, this.parcel.puts);
    else this._mark(steps.picks, this.parcel.picks);
    if (lines.dataset.over !== undefined) return;
    const now = this.parcel.now(steps);
    showProgress(this.recorded.change("progress"), Array.from(now.values()), steps.packs);
    if (!steps.packs && !turns) this._walk(lines, steps, now);
    else showPacking(this.recorded.change("next"), Array.from(now.values()), steps.packs);
    if (steps.packs) showDone(lines, now);
  }

  /**
   * Show where to go next, and the list in the order of the way.
   * @param {HTMLElement} lines
   * @param {Steps} steps
   * @param {ReadonlyMap<number, {scanned: number, expected: number}>} now
   */
  _walk(lines, { walk }, now) {
    const { known } = this;
    const find = finder(known, parts("[data-stops]", lines).map(({ dataset }) => dataset.sku || ""));
    const picked = this.parcel.picks.before.filter(({ came }) => came === "counted");
    const before = picked.map(({ found, units }) => ({ sku: skuOf(lines, found.lines[0]), units }));
    const way = new Way({ stops: stopsOf(lines), needs: needsOf(lines), find, before }).follow(walk);
    showList(lines, way, now);
    showNext(this.recorded.change("next"), way, { known, packing: this.parcel.packing });
  }

  /** @param {readonly Scan[]} scans */
  _follow(scans) {
    for (const { code } of stopsOf(this.recorded.at("lines"))) this.parcel.places.add(code); // another shelf since the page came
    return this.parcel.follow(scans, this._packs());
  }

  /** Whether the server's list is that of the parcel. */
  _packs() {
    return this.recorded.at("lines").dataset.packs !== undefined;
  }

  _lines() {
    return new Map(parts("[data-wanted]", this.recorded.at("lines")).map(({ id, dataset }) => [
      Number(id.replace("line-", "")),
      { wanted: Number(dataset.wanted), picked: Number(dataset.picked), packed: Number(dataset.packed), gone: Number(dataset.gone) },
    ]));
  }

  /**
   * Show the other list than the server's.
   * @param {HTMLElement} lines
   * @param {Steps} steps
   */
  _turn(lines, steps) {
    const now = this.parcel.now(steps);
    for (const row of parts("[data-wanted]", lines)) {
      const { scanned, expected } = now.get(lineOf(row)) || { scanned: 0, expected: 0 };
      row.hidden = !expected && !scanned;
      row.classList.add("line--kept");
      row.classList.toggle("line--done", scanned >= expected);
      row.classList.remove("line--over");
      part(".line__sign", row).hidden = true; // it is of the other list
      part(".line__count", row).textContent = `${scanned} / ${expected}`;
    }
  }

  /**
   * @param {HTMLElement} panel
   * @param {Steps} steps
   */
  _end(panel, steps) {
    const { missing, choice = "" } = this.recorded.at("lines").dataset;
    const due = { missing: Number(missing), choice };
    const { item, effect, sound } = steps.end === "asked" ? this.parcel.asks(steps, due) : this.parcel.answers(steps, due);
    write(panel, "item", item);
    write(panel, "effect", effect);
    panel.classList.toggle("result--held", sound === "held");
    panel.dataset.sound = sound;
  }
}

/**
 * @param {HTMLElement} panel
 * @param {string} code
 * @param {boolean} packs
 */
function showPlace(panel, code, packs) {
  write(panel, "item", packs ? "Scan each unit into the parcel" : "Take what is on the list");
  write(panel, "number", code);
  part("[data-kept-number]", panel).classList.toggle("result__number--long", code.length > 4);
}

/**
 * @param {HTMLElement} bar
 * @param {readonly {scanned: number, expected: number}[]} lines how far each is
 * @param {boolean} packs
 */
function showProgress(bar, lines, packs) {
  const all = lines.reduce((units, { expected }) => units + expected, 0);
  const done = lines.reduce((units, { scanned, expected }) => units + Math.min(scanned, expected), 0);
  partAs("progress", HTMLProgressElement, bar).max = Math.max(all, 1);
  partAs("progress", HTMLProgressElement, bar).value = done;
  part("span", bar).textContent = `${done} of ${all} ${packs ? "packed" : "picked"}`;
}

/**
 * @param {HTMLElement} lines
 * @param {number} line
 */
function skuOf(lines, line) {
  const [row] = parts(`#line-${line}`, lines);
  return (row && row.dataset.sku) || "";
}

/**
 * The stops of all lines in the order of the walk. Those of two lines of an item at one shelf are one.
 * @param {HTMLElement} lines
 * @returns {Stop[]}
 */
function stopsOf(lines) {
  /** @type {Map<number, Stop>} */
  const stops = new Map();
  for (const { dataset } of parts("[data-stops]", lines)) {
    for (const [place, code, units] of /** @type {[number, string, number | null][]} */ (JSON.parse(dataset.stops || "[]"))) {
      const there = stops.get(place);
      const more = there && there.units ? there.units : 0;
      stops.set(place, { code, sku: dataset.sku || "", units: units === null ? null : units + more });
    }
  }
  return Array.from(stops.entries()).sort(([one], [other]) => one - other).map(([, stop]) => stop);
}

/**
 * SKU -> units that are not picked by the record.
 * @param {HTMLElement} lines
 */
function needsOf(lines) {
  /** @type {Map<string, number>} */
  const needs = new Map();
  for (const { dataset: { sku = "", wanted, picked } } of parts("[data-stops]", lines)) {
    needs.set(sku, (needs.get(sku) || 0) + Math.max(Number(wanted) - Number(picked), 0));
  }
  return needs;
}
