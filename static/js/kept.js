// What the page says of a scan that is on this device and not recorded yet: as far as the device can know.

import { gradeOf } from "./hand.js";

export const COMMANDS = { "CMD-UNDO": "Takes the last scan back", "CMD-DONE": "Finishes", "CMD-BACKORDER": "Finishes, the rest stays on order", "CMD-CONFIRM": "Confirms", "CMD-EMPTY": "Nothing is there" };

function counted(row, extra) {
  const { scanned, expected } = row.dataset;
  return expected ? `${Number(scanned) + extra} / ${expected}` : String(Number(scanned) + extra);
}

function graded(code) {
  const grade = gradeOf(code);
  return grade ? `Grade: ${grade}` : null;
}

/** Counts unsent scans on top of what the page shows as recorded. */
export class Kept {
  constructor(known, template) {
    this.known = known;
    this.template = template;
  }

  /** The panel for the newest of `scans` (unsent, in order), counting all of them. */
  panel(scans) {
    const scan = scans[scans.length - 1];
    const panel = this.template.content.firstElementChild.cloneNode(true);
    const set = (part, text) => { panel.querySelector(`[data-kept-${part}]`).textContent = text; };
    const found = this.known.find(scan.code);
    set("item", found ? found.name : COMMANDS[scan.code.toUpperCase()] || graded(scan.code) || scan.code);
    if (found) {
      const count = this._count(found.lines, scans);
      set("number", count.scanned.toLocaleString("en"));
      set("of", count.expected ? `of ${count.expected.toLocaleString("en")}` : "");
      set("effect", `+${found.units * scan.quantity}`);
    }
    return panel;
  }

  /** The panel for a scan that the device could not even keep. */
  unstored(scan) {
    const panel = document.querySelector("[data-unstored]").content.firstElementChild.cloneNode(true);
    const found = this.known.find(scan.code);
    panel.querySelector("[data-kept-item]").textContent = found ? found.name : scan.code;
    return panel;
  }

  /** Show on the lines what they come to with the unsent `scans`, and on all others what is recorded. */
  mark(scans) {
    for (const row of document.querySelectorAll(".line--kept")) {
      row.classList.remove("line--kept");
      row.querySelector(".line__count").textContent = counted(row, 0);
    }
    for (const scan of scans) {
      const found = this.known.find(scan.code);
      if (!found) continue;
      const row = this._row(found.lines.find((id) => this._room(id) > 0) || found.lines[0]);
      if (!row) continue;
      const extra = this._units(found.lines, scans);
      row.classList.add("line--kept");
      row.querySelector(".line__count").textContent = counted(row, extra);
    }
  }

  _count(lines, scans) {
    const rows = lines.map((id) => this._row(id)).filter(Boolean);
    const sum = (name) => rows.reduce((total, row) => total + Number(row.dataset[name]), 0);
    return { scanned: sum("scanned") + this._units(lines, scans), expected: sum("expected") };
  }

  _units(lines, scans) {
    return scans.reduce((total, scan) => {
      const found = this.known.find(scan.code);
      return found && found.lines[0] === lines[0] ? total + found.units * scan.quantity : total;
    }, 0);
  }

  _room(id) {
    const row = this._row(id);
    return row ? Number(row.dataset.expected) - Number(row.dataset.scanned) : 0;
  }

  _row(id) {
    return document.getElementById(`line-${id}`);
  }
}
