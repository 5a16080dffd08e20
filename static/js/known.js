// What the device may know of a task while it is offline: its lines and the codes of their items, as the page brought
// them. It only ever guesses for display; what counts is the server's word.

/** Reads `{"lines": [[id, name, expected, scanned, {code: units}]]}`. */
export class Known {
  constructor({ lines = [] } = {}) {
    this.byCode = new Map();
    for (const [id, name, , , codes] of lines) {
      for (const [code, units] of Object.entries(codes)) {
        const found = this.byCode.get(code) || { name, units, lines: [] };
        found.lines.push(id);
        this.byCode.set(code, found);
      }
    }
  }

  /** `{name, units, lines: [line id]}` of what a code stands for here, or null. */
  find(code) {
    for (const key of spellings(code)) if (this.byCode.has(key)) return this.byCode.get(key);
    return null;
  }
}

const LEARNED = "scanner.learned";
const MOST_LEARNED = 300;

/** What codes stand for, learned from the server's answers: of a blind count nothing else may be known. */
export class Learned {
  constructor() {
    this.byCode = new Map(JSON.parse(localStorage.getItem(LEARNED) || "[]"));
  }

  /** `{name, units, lines: []}` of what a code stood for when it was scanned last, or null. */
  find(code) {
    const found = this.byCode.get(code.trim());
    return found ? { name: found[0], units: found[1], lines: [] } : null;
  }

  /** Remember what a counted scan came to. */
  learn(scan, { outcome, reason, item, units }) {
    if (outcome !== "accepted" || reason !== "counted" || !item || units % scan.quantity) return;
    this.byCode.delete(scan.code.trim());
    this.byCode.set(scan.code.trim(), [item.name, units / scan.quantity]);
    try {
      localStorage.setItem(LEARNED, JSON.stringify(Array.from(this.byCode).slice(-MOST_LEARNED)));
    } catch (error) {
      // A device whose storage is full shows codes in place of names.
    }
  }
}

/** How the catalogue may spell a code: as it is, a GTIN as 14 digits, the GTIN of a GS1 element string. */
function spellings(code) {
  const text = code.replace(/^\][A-Za-z][0-9A-Za-z]/, "").replace(/^\x1d/, "");
  const gs1 = /^(?:\((?:01|02)\)|01|02)(\d{14})/.exec(text);
  const keys = [text];
  if (/^(?:\d{8}|\d{12,14})$/.test(text)) keys.push(text.padStart(14, "0"));
  if (gs1) keys.push(gs1[1]);
  return keys;
}
