// @ts-check
// What the device knows of codes while it is offline. It serves the display only; the server decides what a scan counts as.

/** @import { Found, KnownLine, Result, Scan, TaskPage } from "./types.d.ts" */

const GS = "\x1d";

const COMMAND = /^CMD-[A-Z][A-Z0-9-]*$/i;

/** Codes in any case: Caps Lock turns letters round. Where two codes differ by case alone, only as they are spelt. */
export class Spellings {
  constructor() {
    /** @type {Map<string, Set<string>>} in small letters -> as spelt */
    this.spelt = new Map();
  }

  /** @param {string} code */
  add(code) {
    const small = code.toLowerCase();
    this.spelt.set(small, (this.spelt.get(small) || new Set()).add(code));
  }

  /**
   * A code as it is spelt; null for one that is not here, or may be one of two.
   * @param {string} code
   */
  find(code) {
    const spelt = this.spelt.get(code.toLowerCase());
    if (!spelt) return null;
    return spelt.size === 1 ? Array.from(spelt)[0] : spelt.has(code) ? code : null;
  }
}

/**
 * A command as it is spelt; null for any other code.
 * @param {string} code
 */
export function command(code) {
  return COMMAND.test(code) ? code.toUpperCase() : null;
}

/**
 * Whether a code looks like a badge of this house (`staff/rules.py`). Cards from elsewhere may look like anything.
 * @param {string} code
 */
export function looksLikeBadge(code) {
  return /^(?:BADGE-.+|B-[A-HJ-NP-TV-Z2-9]{12})$/i.test(code.trim());
}

/**
 * The reference in an address, where it is encoded once more than other text (`web/references.py`); as it stands, where it was not.
 * @param {string} part
 */
function reference(part) {
  try {
    return decodeURIComponent(decodeURIComponent(part));
  } catch {
    return decodeURIComponent(part);
  }
}

/**
 * The tasks that a page leads to.
 * @param {Document} page
 * @param {readonly TaskPage[]} folders where tasks are
 */
export function tasksNamed(page, folders) {
  const tasks = new Spellings();
  for (const { pathname } of Array.from(page.querySelectorAll("main a[href]"), (link) => /** @type {HTMLAnchorElement} */ (link))) {
    const folder = folders.find(({ path }) => pathname.startsWith(`${path}/`));
    if (folder) tasks.add(reference(pathname.slice(folder.path.length + 1)));
  }
  return tasks;
}

/** The codes of a task's lines, as its page brings them. */
export class Known {
  /** @param {{lines?: KnownLine[]}} task */
  constructor({ lines = [] } = {}) {
    /** @type {Map<string, Found>} */
    this.byCode = new Map();
    this.anyCase = new Spellings();
    for (const [id, name, , , codes] of lines) {
      for (const [code, units] of Object.entries(codes)) {
        this.anyCase.add(code);
        const found = this.byCode.get(code) || { name, units, lines: [] };
        found.lines.push(id);
        this.byCode.set(code, found);
      }
    }
  }

  /**
   * What a code stands for on this task, or null.
   * @param {string} code
   */
  find(code) {
    for (const spelling of spellings(code)) {
      const found = this.byCode.get(spelling);
      if (found) return found;
    }
    return this.byCode.get(this.anyCase.find(code.trim()) || "") || null;
  }

  /**
   * A code that the task has, as it is spelt; null for another.
   * @param {string} code
   */
  spell(code) {
    if (spellings(code).some((spelling) => this.byCode.has(spelling))) return code;
    return this.anyCase.find(code);
  }
}

const LEARNED = "scanner.learned";
const MOST_LEARNED = 300;

/** What codes stand for, learned from the server's answers: a blind count's page tells nothing beforehand. */
export class Learned {
  /** @param {Pick<Storage, "getItem" | "setItem">} storage */
  constructor(storage = localStorage) {
    this.storage = storage;
    /** @type {[code: string, [name: string, units: number, sku?: string]][]} an earlier version learned no SKU */
    const learned = JSON.parse(storage.getItem(LEARNED) || "[]");
    this.byCode = new Map(learned);
  }

  /**
   * What a code stood for when it was scanned last, or null.
   * @param {string} code
   * @returns {Found | null}
   */
  find(code) {
    const found = this.byCode.get(code.trim());
    return found ? { name: found[0], units: found[1], sku: found[2], lines: [] } : null;
  }

  /**
   * Remember what a counted scan came to.
   * @param {Pick<Scan, "code" | "quantity">} scan
   * @param {Pick<Result, "outcome" | "reason" | "item" | "units">} result
   */
  learn(scan, { outcome, reason, item, units }) {
    if (outcome !== "accepted" || reason !== "counted" || !item || units % scan.quantity) return;
    const code = scan.code.trim();
    this.byCode.delete(code); // so that it comes last: the oldest are forgotten first
    this.byCode.set(code, [item.name, units / scan.quantity, item.sku]);
    try {
      this.storage.setItem(LEARNED, JSON.stringify(Array.from(this.byCode).slice(-MOST_LEARNED)));
    } catch {
      // A device whose storage is full shows codes in place of names.
    }
  }
}

/**
 * How the catalogue may spell a code: as it is, a GTIN in 14 digits, or the GTIN of a GS1 element string.
 * @param {string} code
 */
function spellings(code) {
  const bare = code.replace(/^\][A-Za-z][0-9A-Za-z]/, "");
  const text = bare.startsWith(GS) ? bare.slice(1) : bare;
  const gs1 = /^(?:\((?:01|02)\)|01|02)(\d{14})/.exec(text);
  const all = [text];
  if (/^(?:\d{8}|\d{12,14})$/.test(text)) all.push(text.padStart(14, "0"));
  if (gs1) all.push(gs1[1]);
  return all;
}
