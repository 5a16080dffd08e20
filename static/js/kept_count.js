// What the page of a count says while scans wait on the device: the shelf in hand, what this scan comes to, and the sum of
// what is kept there; where to walk, too. Nothing of it comes from the record of stock.

import { exchange } from "./fragments.js";
import { COMMANDS, Kept } from "./kept.js";
import { Walk } from "./walk.js";

const PARTS = ["next", "lines", "places", "progress"];

export class KeptCount extends Kept {
  constructor(known, template) {
    super(known, template);
    this.recorded = new Map(); // parts of the page as the server sent them, while others are shown in their place
  }

  /** The panel for the newest of `scans` (unsent, in order). */
  panel(scans) {
    const code = scans[scans.length - 1].code.trim();
    const walk = this._walk(scans);
    if (walk.asked) return this._fill(doubtOf(walk), "", "", "What follows counts nowhere", "held");
    if (walk.states.has(code) || /^CMD-CONFIRM$/i.test(code)) return this._fill("Count what is there", walk.here || "", "", keptHere(walk));
    if (/^CMD-/i.test(code)) return this._fill(COMMANDS[code.toUpperCase()] || code, "", atShelf(walk), keptHere(walk));
    const { name, units } = walk.last;
    if (!walk.here) return this._fill(name, number(units), "", "No shelf: scan it, then this", "held");
    return this._fill(name, number(units), atShelf(walk), keptHere(walk));
  }

  /** Show the walk as it is with the unsent `scans`; as it is recorded, once there are none. */
  mark(scans) {
    for (const id of PARTS) this._restore(id);
    if (!scans.length) return;
    const walk = this._walk(scans);
    showPlaces(this._change("places"), walk);
    showProgress(this._change("progress"), walk);
    showNext(this._change("next"), walk);
    showLines(this._change("lines"), walk);
  }

  _fill(item, big, of, effect, sound = "kept") {
    const panel = this.template.content.firstElementChild.cloneNode(true);
    const texts = { item, number: big, of, effect };
    for (const part of Object.keys(texts)) panel.querySelector(`[data-kept-${part}]`).textContent = texts[part];
    panel.querySelector("[data-kept-number]").classList.toggle("result__number--long", big.length > 4);
    panel.dataset.sound = sound;
    return panel;
  }

  /** Where the person is after `scans`, from what the server said last. */
  _walk(scans) {
    const at = (id) => this.recorded.get(id) || document.getElementById(id);
    const { here, said } = at("lines").dataset;
    const places = Array.from(at("places").querySelectorAll("[data-place]"), ({ dataset }) => (
      { code: dataset.place, state: dataset.state, mine: dataset.mine !== undefined }
    ));
    const find = (code) => this.known.find(code);
    return new Walk({ places, here, said: said !== undefined || !here, find }).follow(scans);
  }

  /** A part to write into; the server's own is kept beside it. */
  _change(id) {
    const part = document.getElementById(id);
    const copy = part.cloneNode(true);
    copy.setAttribute("data-from-device", "");
    this.recorded.set(id, part);
    exchange(part, copy);
    return copy;
  }

  _restore(id) {
    const part = document.getElementById(id);
    if (part && part.dataset.fromDevice !== undefined) exchange(part, this.recorded.get(id));
    this.recorded.delete(id);
  }
}

const number = (units) => units.toLocaleString("en");
const plural = (units, noun) => `${number(units)} ${noun}${units === 1 ? "" : "s"}`;
const atShelf = (walk) => (walk.here ? `at ${walk.here}` : "");

function doubtOf({ asked, states }) {
  const why = states.get(asked) === "done" ? "is counted already" : "has somebody else";
  return `${asked} ${why}: scan it again to count it anew`;
}

function keptHere(walk) {
  const { scans, units, sure } = walk.keptAt(walk.here);
  if (!scans) return walk.isEmpty(walk.here) ? "Kept here: nothing is there" : "";
  return `Kept here: ${plural(scans, "scan")}, ${sure ? plural(units, "unit") : `${number(units)}+ units`}`;
}

function showPlaces(part, walk) {
  for (const row of part.querySelectorAll("[data-place]")) {
    const code = row.dataset.place;
    const here = code === walk.here;
    const state = walk.stateOf(code);
    row.classList.toggle("place--here", here);
    if (state === (row.dataset.mine === undefined ? row.dataset.state : "mine") && (state !== "mine" || here)) continue;
    row.classList.remove("place--to-do", "place--being-counted", "place--done");
    row.classList.add(`place--${state === "mine" ? "being-counted" : state.replace(" ", "-")}`);
    row.querySelector(".place__state").textContent = { mine: here ? "you are here" : "begun", done: "kept" }[state] || state;
  }
}

function showProgress(part, walk) {
  const done = walk.places.filter(({ code }) => walk.stateOf(code) === "done").length;
  part.querySelector("progress").value = done;
  part.querySelector("span").textContent = `${done} of ${walk.places.length}`;
}

function showNext(part, walk) {
  const next = walk.next();
  part.classList.toggle("next--none", !next);
  part.textContent = "";
  if (next) part.append(element("span", "next__words", "Next"), element("strong", "next__code", next));
  else part.append(element("strong", "next__all", "No shelf is left: what is kept here must be sent first"));
}

function showLines(part, walk) {
  const { here } = walk;
  const recorded = here && here === walk.start && !walk.anew.has(here) ? Array.from(part.querySelectorAll("[data-sku]")) : [];
  const rows = here ? walk.rowsAt(here).map(rowOf) : [];
  const words = here && walk.isEmpty(here) ? "Nothing is there" : "Nothing yet. Scan what is here, or “nothing here”.";
  if (here && !rows.length && !recorded.length) rows.push(element("li", "line", words));
  part.textContent = "";
  part.append(element("li", "line line--head", here ? `At ${here}` : "At no shelf: scan one"), ...rows, ...recorded);
}

/** Units of one code that are kept, on top of what is recorded. */
function rowOf({ code, name, units }) {
  const row = element("li", "line line--kept", "");
  const item = element("span", "line__item", name);
  if (name !== code) item.append(element("span", "line__sku", code));
  row.append(item, element("span", "line__count", `+${number(units)}`));
  return row;
}

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
