// A keyboard wedge types a code and ends it with Enter or Tab. Keys are caught on the document, so that focus cannot be
// lost; inside a field, what comes faster than fingers can is a barcode and never stays in the field.

const BURST_GAP_MS = 60;
const SPLIT_GAP_MS = 1000;
const SHORTEST = 3;
const LONGEST_NUMBER = 6;
const ECHO_MS = 150; // a second end key of the same code: carriage return and line feed
const GS = "\x1d";

export class Wedge {
  /** `onCode(code)` gets each code in order; `gs` is the character that the scanner types for GS, if it has one. */
  constructor({ gs, onCode }) {
    this.gs = gs;
    this.onCode = onCode;
    this.keys = [];
    this.field = null;
    this.before = null;
    this.endedAt = -ECHO_MS;
    this._enter(null);
    for (const event of window.takeEarlyKeys()) this._key(event);
    document.addEventListener("keydown", (event) => this._key(event), true);
    document.addEventListener("focusin", ({ target }) => this._enter(fieldOf(target)));
    document.addEventListener("input", (event) => this._input(event), true);
    document.addEventListener("paste", (event) => this._paste(event), true);
    this.catcher = makeCatcher();
    document.addEventListener("pointerup", () => setTimeout(() => this.ready(), 0));
    this.ready();
  }

  /** Take the focus, unless somebody types: some handhelds type only into a focused field, and an end key must press nothing. */
  ready() {
    const focused = document.activeElement;
    if (!focused || !focused.matches("input, textarea, select, summary")) this.catcher.focus({ preventScroll: true });
  }

  _key(event) {
    if (event.isComposing || event.repeat) return;
    if ((event.key === "Enter" || event.key === "Tab") && this._end(event)) return;
    const character = characterOf(event);
    if (character) this._add(character, event);
  }

  _add(character, event) {
    const field = fieldOf(event.target);
    const last = this.keys[this.keys.length - 1];
    if (field && (!last || event.timeStamp - last.at > BURST_GAP_MS || this.field !== field)) {
      this.keys = [];
      this.before = field.value;
    }
    if (!field && this.field) this.keys = [];
    if (field) this.typed += character;
    this.field = field;
    this.keys.push({ character, at: event.timeStamp });
    if (!field && event.target !== this.catcher) event.preventDefault();
    if (event.target === this.catcher && character !== "Unidentified") event.preventDefault();
    if (character === GS) event.preventDefault();
  }

  /** The end of a code; false when the key means what it always means. */
  _end(event) {
    const field = fieldOf(event.target);
    const keys = field === this.field ? this.keys : [];
    this.keys = [];
    if (!keys.length) return this._isEcho(event);
    if (field && !isBurst(keys, event)) return this._takeOut(field, event);
    this.endedAt = event.timeStamp;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (field) field.value = this.before;
    this._enter(field);
    this._emit(lastRun(keys).map((key) => key.character).join(""));
    return true;
  }

  /** What a field held when somebody came to it, and what was typed there since. */
  _enter(field) {
    this.entered = field ? field.value : "";
    this.typed = "";
  }

  /** A slow scanner typed a barcode into a quantity: no quantity is that long. False for what a person typed. */
  _takeOut(field, event) {
    if (field.inputMode !== "numeric" || this.typed.length <= LONGEST_NUMBER) return false;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.endedAt = event.timeStamp;
    field.value = this.entered;
    this._emit(this.typed);
    this._enter(field);
    return true;
  }

  _isEcho(event) {
    if (event.timeStamp - this.endedAt > ECHO_MS) return false;
    event.preventDefault();
    event.stopImmediatePropagation();
    return true;
  }

  /** Handhelds whose keyboard names no keys ("Unidentified") still put text into the focused field. */
  _input(event) {
    if (event.target !== this.catcher || event.isComposing) return;
    const text = this.catcher.value;
    this.catcher.value = "";
    this.field = null;
    for (const character of text) {
      if (character === "\n" || character === "\r" || character === "\t") this._flush();
      else this.keys.push({ character: this._mapped(character), at: event.timeStamp });
    }
  }

  _flush() {
    const keys = this.keys;
    this.keys = [];
    if (keys.length) this._emit(lastRun(keys).map((key) => key.character).join(""));
  }

  _paste(event) {
    if (fieldOf(event.target)) return;
    event.preventDefault();
    const text = event.clipboardData.getData("text");
    for (const code of text.split(/[\r\n\t]+/)) if (code.trim()) this._emit(code);
  }

  _mapped(character) {
    return this.gs && character === this.gs ? GS : character;
  }

  _emit(code) {
    const text = Array.from(code, (character) => this._mapped(character)).join("").trim();
    if (text) this.onCode(text);
  }
}

/** What a key adds to a code. Scanners send GS as itself, as Ctrl+] or as F8. */
function characterOf(event) {
  if (event.key === GS || event.key === "F8" || (event.ctrlKey && (event.key === "]" || event.code === "BracketRight"))) return GS;
  const commanding = (event.ctrlKey || event.altKey || event.metaKey) && !event.getModifierState("AltGraph");
  return event.key.length === 1 && !commanding ? event.key : null;
}

/** The field that a person may be typing into, None elsewhere. */
function fieldOf(target) {
  if (!target || !target.closest || target.matches("[data-catcher]")) return null;
  return target.closest("input:not([type=checkbox]):not([type=radio]):not([type=file]):not([type=range]), textarea, select");
}

function isBurst(keys, end) {
  const times = [...keys.map((key) => key.at), end.timeStamp];
  return keys.length >= SHORTEST && times.every((at, i) => i === 0 || at - times[i - 1] <= BURST_GAP_MS);
}

/** Without a key that was bumped long before the trigger was pulled. A pause has to be long to mean that: half a code is
    worse than one with a key too many, which no item has. */
function lastRun(keys) {
  for (let at = keys.length - 1; at > 0; at -= 1) {
    if (keys[at].at - keys[at - 1].at > SPLIT_GAP_MS) {
      const run = keys.slice(at);
      return run.length >= SHORTEST && isBurst(run, { timeStamp: run[run.length - 1].at }) ? run : keys;
    }
  }
  return keys;
}

function makeCatcher() {
  const catcher = document.createElement("textarea");
  catcher.className = "visually-hidden";
  catcher.setAttribute("data-catcher", "");
  catcher.setAttribute("inputmode", "none");
  catcher.setAttribute("aria-hidden", "true");
  catcher.tabIndex = -1;
  document.body.appendChild(catcher);
  return catcher;
}
