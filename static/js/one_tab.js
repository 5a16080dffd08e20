// @ts-check
// Only one tab of a device sends at a time, so that scans arrive in order. (The same scan sent twice does no harm.)

const LEASE = "scanner.sender";
const HELD_MS = 6000;

/** @typedef {{me: string, until: number}} Lease who sends, and until when (ms since 1970) */

/**
 * Run `work` while no other tab does. Browsers have Web Locks on secure contexts only; elsewhere tabs share a lease in storage.
 * @param {() => Promise<void>} work
 * @returns {Promise<void>}
 */
export async function alone(work) {
  if (navigator.locks) return navigator.locks.request(LEASE, work);
  const me = String(Math.random());
  while (!(await takeLease(me))) await pause(500 + Math.random() * 250);
  const renewing = setInterval(() => writeLease(me), HELD_MS / 3);
  try {
    return await work();
  } finally {
    clearInterval(renewing);
    localStorage.removeItem(LEASE);
  }
}

/** @param {string} me */
async function takeLease(me) {
  const lease = readLease();
  if (lease && lease.until > Date.now() && lease.until < Date.now() + 2 * HELD_MS) return false;
  writeLease(me);
  await pause(40); // Two tabs may write at once: the later one wins, so both look again.
  const kept = readLease();
  return kept !== null && kept.me === me;
}

/** @returns {Lease | null} */
function readLease() {
  return JSON.parse(localStorage.getItem(LEASE) || "null");
}

/** @param {string} me */
function writeLease(me) {
  localStorage.setItem(LEASE, JSON.stringify({ me, until: Date.now() + HELD_MS }));
}

/**
 * @param {number} ms
 * @returns {Promise<void>}
 */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
