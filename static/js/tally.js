// @ts-check
// How far the lines of a task are with the unsent scans.

/** @import { Finder, Recorded, Scan } from "./types.d.ts" */

export class Tally {
  /**
   * @param {Finder} known tells what a code stands for
   * @param {(line: number) => Recorded | null} recorded how far a line is by the record; null for a line that is not on the page
   */
  constructor(known, recorded) {
    this.known = known;
    this.recorded = recorded;
  }

  /**
   * How far some lines of the same goods are, the unsent scans counted in.
   * @param {number[]} lines
   * @param {readonly Scan[]} scans
   */
  count(lines, scans) {
    const count = { scanned: this._units(lines, scans), expected: 0 };
    for (const line of lines) {
      const recorded = this.recorded(line);
      if (!recorded) continue;
      count.scanned += recorded.scanned;
      count.expected += recorded.expected;
    }
    return count;
  }

  /**
   * Line -> units of the unsent scans to show on it: the first line of the goods that has room, else their first line.
   * @param {readonly Scan[]} scans
   */
  marks(scans) {
    /** @type {Map<number, number>} */
    const marks = new Map();
    for (const { code } of scans) {
      const found = this.known.find(code);
      if (!found) continue;
      const open = found.lines.find((line) => this._room(line) > 0);
      marks.set(open === undefined ? found.lines[0] : open, this._units(found.lines, scans));
    }
    return marks;
  }

  /**
   * Units of the unsent scans of the goods that these lines are of.
   * @param {number[]} lines
   * @param {readonly Scan[]} scans
   */
  _units(lines, scans) {
    return scans.reduce((total, scan) => {
      const found = this.known.find(scan.code);
      return found && found.lines[0] === lines[0] ? total + found.units * scan.quantity : total;
    }, 0);
  }

  /** @param {number} line */
  _room(line) {
    const recorded = this.recorded(line);
    return recorded ? recorded.expected - recorded.scanned : 0;
  }
}
