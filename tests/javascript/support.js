// What the tests of the pages' scripts share.

/** A scan of one unit, as the outbox keeps it. */
export function scan(code, more = {}) {
  return { id: `id of ${code}`, task: "PO-1", code, source: "wedge", quantity: 1, confirm: false, scanned_at: "", operator: 1, ...more };
}

/** A browser's storage in memory; with `full` it takes nothing more. */
export function storage({ full = false } = {}) {
  const kept = new Map();
  return {
    kept,
    getItem: (key) => (kept.has(key) ? kept.get(key) : null),
    setItem: (key, text) => {
      if (full) throw new Error("full");
      kept.set(key, text);
    },
    removeItem: (key) => kept.delete(key),
  };
}
