// @ts-check
// Where goods are taken from and what is in hand once the scans that wait are recorded, as far as the device knows. For display
// only: what it does not know it leaves open.

/** @import { Found, Scan } from "./types.d.ts" */

/** @typedef {{name: string, units: number}} Held */
/** @typedef {{source: string, held: Map<string, Held>, open: boolean}} Hand `open`: something was scanned whose end the device does not know */

/**
 * @param {readonly Pick<Scan, "code" | "quantity">[]} scans the oldest first
 * @param {object} from
 * @param {string} from.source where goods are taken from by the record; "" from the dock
 * @param {readonly [string, Held][]} from.held what is in hand by the record
 * @param {(code: string) => string | null} from.place the code of a place as it is spelt; null for any other code
 * @param {(code: string) => Pick<Found, "name" | "units"> | null} from.find what a code stands for
 * @returns {Hand}
 */
export function follow(scans, { source, held, place, find }) {
  /** @type {Hand} */
  let hand = { source, held: new Map(held), open: false };
  /** @type {Hand[]} */
  const before = [];
  for (const { code, quantity } of scans) {
    const said = code.trim();
    if (said.toUpperCase() === "CMD-UNDO") {
      hand = before.pop() || { ...hand, open: true }; // of what is recorded already: only the server knows which
      continue;
    }
    before.push(hand);
    hand = after(hand, said, quantity, place(said), find(said));
  }
  return hand;
}

/**
 * @param {Hand} hand
 * @param {string} code
 * @param {number} quantity
 * @param {string | null} place
 * @param {Pick<Found, "name" | "units"> | null} found
 * @returns {Hand}
 */
function after(hand, code, quantity, place, found) {
  if (place && hand.open) return { ...hand, source: "" };
  if (place) return hand.held.size ? { ...hand, held: new Map() } : { ...hand, source: place };
  if (/^CMD-/i.test(code)) return { ...hand, open: true };
  const { name, units } = found || { name: code, units: 1 };
  const had = hand.held.get(name);
  const held = new Map(hand.held).set(name, { name, units: (had ? had.units : 0) + units * quantity });
  return { ...hand, held, open: hand.open || !found };
}

/**
 * How much is in hand, in words; never more than the device knows.
 * @param {Hand} hand
 * @param {number} unsent scans that wait
 */
export function handWords({ held, open }, unsent) {
  const units = Array.from(held.values()).reduce((sum, each) => sum + each.units, 0);
  const wait = `Not sent yet: ${unsent} scan${unsent === 1 ? "" : "s"}`;
  return open || !units ? wait : `${units.toLocaleString("en")} in your hand. ${wait}`;
}
