// Only one tab of a device sends at a time: order across tabs depends on it. (Twice the same scan is harmless.)

const LEASE = "scanner.sender";
const HELD_MS = 6000;

/** Run `work` while no other tab does. Web Locks exist on secure contexts only; elsewhere a lease in storage serves. */
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

async function takeLease(me) {
  const lease = readLease();
  if (lease && lease.until > Date.now() && lease.until < Date.now() + 2 * HELD_MS) return false;
  writeLease(me);
  await pause(40); // Two tabs may write at once: the last one has it, and both look again.
  const kept = readLease();
  return Boolean(kept) && kept.me === me;
}

function readLease() {
  return JSON.parse(localStorage.getItem(LEASE) || "null");
}

function writeLease(me) {
  localStorage.setItem(LEASE, JSON.stringify({ me, until: Date.now() + HELD_MS }));
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
