// @ts-check
// What the page shows of unsent scans where goods are first picked and then packed: the label of the place of packing turns the list
// into that of the parcel, and the end of the task asks what the server will ask.

import { Kept, titleOf, write } from "./kept.js";
import { copyOf, part, partAs, parts } from "./page_parts.js";
import { Parcel } from "./parcel.js";
import { PutBy } from "./put_by.js";

/** @import { Finder, KnownOfTask, Result, Scan } from "./types.d.ts" */
/** @import { Steps } from "./parcel.js" */

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
   * Show the list as it is with the unsent scans: of what is picked, or of what is in the parcel.
   * @param {readonly Scan[]} scans
   */
  mark(scans) {
    for (const id of PARTS) this.recorded.restore(id);
    const steps = this._follow(scans);
    if (steps.packs === this._packs()) this._mark(steps.packs ? steps.puts : steps.picks, steps.packs ? this.parcel.puts : this.parcel.picks);
    else this._turn(steps);
  }

  /** @param {readonly Scan[]} scans */
  _follow(scans) {
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
   * @param {Steps} steps
   */
  _turn(steps) {
    const now = this.parcel.now(steps);
    const lines = this.recorded.change("lines");
    let all = 0;
    let done = 0;
    for (const row of parts("[data-wanted]", lines)) {
      const { scanned, expected } = now.get(Number(row.id.replace("line-", ""))) || { scanned: 0, expected: 0 };
      row.hidden = !expected && !scanned;
      row.classList.add("line--kept");
      row.classList.toggle("line--done", scanned >= expected);
      row.classList.remove("line--over");
      part(".line__sign", row).hidden = true; // it is of the other list
      all += expected;
      done += Math.min(scanned, expected);
      part(".line__count", row).textContent = `${scanned} / ${expected}`;
    }
    const progress = this.recorded.change("progress");
    partAs("progress", HTMLProgressElement, progress).max = Math.max(all, 1);
    partAs("progress", HTMLProgressElement, progress).value = done;
    part("span", progress).textContent = `${done} of ${all} ${steps.packs ? "packed" : "picked"}`;
    const next = this.recorded.change("next");
    const words = document.createElement("p");
    words.className = "next__words";
    words.textContent = steps.packs ? "Scan each unit into the parcel" : "Scan the shelf, then the item";
    next.replaceChildren(words);
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
