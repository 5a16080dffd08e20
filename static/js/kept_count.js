// @ts-check
// What the page of a count shows of scans that wait on the device: the place in hand, what the scan comes to, what is kept there
// in all, and where to go next. Nothing here comes from the record of stock, since a count must not show it.

import { commandWords, Kept, write } from "./kept.js";
import { copyOf, part, partAs, parts } from "./page_parts.js";
import { PutBy } from "./put_by.js";
import { Walk } from "./walk.js";

/** @import { Finder, PanelWords, Scan } from "./types.d.ts" */
/** @import { PlaceState, Row, StateHere } from "./walk.js" */

const PARTS = ["next", "lines", "places", "progress"];

export class KeptCount extends Kept {
  /**
   * @param {Finder} known
   * @param {HTMLTemplateElement} template of the panel
   * @param {readonly string[]} [elsewhere] codes of places that are not of this count
   */
  constructor(known, template, elsewhere = []) {
    super(known, template);
    this.elsewhere = new Set(elsewhere);
    this.recorded = new PutBy();
  }

  /**
   * The panel for the newest of the unsent scans.
   * @param {readonly Scan[]} scans the oldest first
   */
  panel(scans) {
    const { item, number, of, effect, sound } = this._words(scans);
    const panel = copyOf(this.template);
    write(panel, "item", item);
    write(panel, "number", number);
    write(panel, "of", of);
    write(panel, "effect", effect);
    part("[data-kept-number]", panel).classList.toggle("result__number--long", number.length > 4);
    panel.dataset.sound = sound;
    return panel;
  }

  /** @param {readonly Scan[]} scans */
  _words(scans) {
    const walk = this._walk(scans);
    return panelWords(scans[scans.length - 1].code.trim(), walk, (sku) => recordedUnits(this._recorded(walk), sku));
  }

  /**
   * The lines of the place in hand, as the server sent them.
   * @param {Walk} walk
   */
  _recorded({ here, start, anew }) {
    return here && here === start && !anew.has(here) ? parts("[data-sku]", this.recorded.at("lines")) : [];
  }

  /**
   * Show the walk as it is with the unsent scans; once there are none, as it is recorded.
   * @param {readonly Scan[]} scans
   */
  mark(scans) {
    for (const id of PARTS) this.recorded.restore(id);
    if (!scans.length) return;
    const walk = this._walk(scans);
    showPlaces(this.recorded.change("places"), walk);
    showProgress(this.recorded.change("progress"), walk);
    showNext(this.recorded.change("next"), walk);
    const recorded = this._recorded(walk);
    showLines(this.recorded.change("lines"), walk, recorded);
  }

  /**
   * Where the person is after these scans, from what the server said last.
   * @param {readonly Scan[]} scans
   */
  _walk(scans) {
    const { here, said } = this.recorded.at("lines").dataset;
    const places = parts("[data-place]", this.recorded.at("places")).map(({ dataset }) => ({
      code: dataset.place || "", state: /** @type {PlaceState} */ (dataset.state), mine: dataset.mine !== undefined,
    }));
    const find = (/** @type {string} */ code) => this.known.find(code);
    return new Walk({ places, here, said: said !== undefined || !here, find, elsewhere: this.elsewhere }).follow(scans);
  }
}

const UNTIL_A_SHELF = "Nothing counts until you scan a shelf of this count";

/** @param {number} units */
const number = (units) => units.toLocaleString("en");

/**
 * @param {number} units
 * @param {string} noun
 */
const plural = (units, noun) => `${number(units)} ${noun}${units === 1 ? "" : "s"}`;

/**
 * What the panel says of the newest scan.
 * @param {string} code of that scan
 * @param {Walk} walk where the person is after it
 * @param {(sku: string) => number} recorded units of an item by the record, at the place in hand
 * @returns {PanelWords}
 */
export function panelWords(code, walk, recorded) {
  const kept = { item: "", number: "", of: walk.here ? `at ${walk.here}` : "", effect: keptHere(walk), sound: "kept" };
  if (walk.asked) return { ...kept, item: doubtOf(walk, walk.asked), of: "", effect: "What follows counts nowhere", sound: "held" };
  if (walk.states.has(code) || /^CMD-CONFIRM$/i.test(code)) return { ...kept, item: "Count what is there", number: walk.here || "", of: "" };
  if (walk.elsewhere.has(code)) return { ...kept, item: `${code} is not in this count`, of: "", effect: UNTIL_A_SHELF, sound: "held" };
  if (/^CMD-/i.test(code) || !walk.last) return { ...kept, item: commandWords(code) || code };
  const { last } = walk;
  if (!walk.here) return { ...kept, item: last.name, number: last.sure ? number(last.units) : "", effect: "No shelf: scan it, then this", sound: "held" };
  const row = walk.rowsAt(walk.here).find((each) => (last.sku ? each.sku === last.sku : each.code === last.code)) || last;
  if (!last.sure) return { ...kept, item: last.name, number: `× ${number(row.units)}`, effect: "Not known here yet" };
  return { ...kept, item: last.name, number: number(row.units + recorded(last.sku)) };
}

/**
 * @param {Walk} walk
 * @param {string} asked
 */
function doubtOf({ states }, asked) {
  const why = states.get(asked) === "done" ? "is counted already" : "has somebody else";
  return `${asked} ${why}: say yes to count it again`;
}

/** @param {Walk} walk */
function keptHere(walk) {
  const { scans, units, sure } = walk.keptAt(walk.here);
  if (!scans) return walk.isEmpty(walk.here) ? "Kept here: nothing is there" : "";
  return `Kept here: ${plural(scans, "scan")}${sure ? `, ${plural(units, "unit")}` : ""}`;
}

/**
 * Write the places whose state the unsent scans have changed.
 * @param {HTMLElement} list
 * @param {Walk} walk
 */
function showPlaces(list, walk) {
  for (const row of parts("[data-place]", list)) {
    const code = row.dataset.place || "";
    const here = code === walk.here;
    const state = walk.stateOf(code) || "to do";
    row.classList.toggle("place--here", here);
    if (state === (row.dataset.mine === undefined ? row.dataset.state : "mine") && (state !== "mine" || here)) continue;
    row.classList.remove("place--to-do", "place--being-counted", "place--done");
    row.classList.add(`place--${state === "mine" ? "being-counted" : state.replace(" ", "-")}`);
    part(".place__state", row).textContent = stateWords(state, here);
  }
}

/**
 * @param {StateHere} state
 * @param {boolean} here
 */
function stateWords(state, here) {
  if (state === "mine") return here ? "you are here" : "started";
  return state === "done" ? "kept" : state;
}

/**
 * @param {HTMLElement} bar
 * @param {Walk} walk
 */
function showProgress(bar, walk) {
  const done = walk.places.filter(({ code }) => walk.stateOf(code) === "done").length;
  partAs("progress", HTMLProgressElement, bar).value = done;
  part("span", bar).textContent = `${done} of ${walk.places.length}`;
}

/**
 * @param {HTMLElement} words
 * @param {Walk} walk
 */
function showNext(words, walk) {
  const next = walk.next();
  words.classList.toggle("next--none", !next);
  words.textContent = "";
  if (next) words.append(element("span", "next__words", "Next"), element("strong", "next__code", next));
  else words.append(element("strong", "next__all", "No shelf is left: what is kept here must be sent first"));
}

/**
 * What is kept at the place in hand, above what is recorded there. An item has one line, with both.
 * @param {HTMLElement} list
 * @param {Walk} walk
 * @param {HTMLElement[]} recorded lines of that place
 */
function showLines(list, walk, recorded) {
  const { here } = walk;
  const kept = here ? walk.rowsAt(here) : [];
  const rows = kept.map((each) => rowOf(each, recordedUnits(recorded, each.sku)));
  const others = recorded.filter(({ dataset }) => !kept.some(({ sku }) => sku && sku === dataset.sku));
  const words = here && walk.isEmpty(here) ? "Nothing is there" : `Nothing yet. Scan what is here, or tap “${nothingButton()}”.`;
  if (here && !rows.length && !recorded.length) rows.push(element("li", "line", words));
  list.textContent = "";
  list.append(element("li", "line line--head", here ? `At ${here}` : "At no shelf: scan one"), ...rows, ...others.map((row) => row.cloneNode(true)));
}

/** What stands on the button that says that nothing is there. */
function nothingButton() {
  const button = document.querySelector("#more [value='CMD-EMPTY']");
  return button && button.textContent ? button.textContent.trim() : "Nothing here";
}

/**
 * What an item comes to with what is kept. Of a code that the device does not know it says how many scans are kept.
 * @param {Row} kept
 * @param {number} before units of it that are recorded
 */
function rowOf({ code, sku, name, units, sure }, before) {
  const row = element("li", "line line--kept", "");
  const item = element("span", "line__item", name);
  if (sku || name !== code) item.append(element("span", "line__sku", sku || code));
  row.append(item, element("span", "line__count", sure ? number(units + before) : `× ${number(units)}, not known yet`));
  return row;
}

/**
 * Units of an item that the lines of a place have by the record.
 * @param {HTMLElement[]} lines
 * @param {string} sku
 */
function recordedUnits(lines, sku) {
  return lines.reduce((sum, { dataset }) => sum + (sku && dataset.sku === sku ? Number(dataset.scanned) : 0), 0);
}

/**
 * @param {string} name
 * @param {string} className
 * @param {string} text
 * @returns {HTMLElement}
 */
function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
