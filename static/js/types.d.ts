// Types of values that the scripts pass to each other. No browser loads this file.

import type { Stroke } from "./keystrokes.js";
import type { Outbox } from "./outbox.js";

export type Source = "wedge" | "camera" | "photo" | "typed";

/** How this device's scanner types, as its set-up page found out. */
export interface Setup {
  /** What it types for GS, where that is other text. */
  readonly gs?: readonly string[];
  /** The key that it presses for GS: "F9", "Ctrl+x". */
  readonly gsKey?: string;
  /** What comes -> what is meant. */
  readonly map?: Readonly<Record<string, string>>;
  /** It means keys of a US keyboard. */
  byPosition?: boolean;
  /** The key that ends a code, or "none". */
  readonly end?: string;
}

/** What keys of a scanner say. */
export interface Reading {
  readonly code: string;
  /** The device knows the code. */
  readonly known: boolean;
  /** It is known by the position of its keys alone. */
  readonly byPosition: boolean;
  /** It is known as it came, and not by the position that codes were known by before. */
  readonly asItCame: boolean;
  /** What the keys may say instead, where the code is not known. */
  readonly others: readonly string[];
  /** What seems wrong with the keyboard: "layout", "caps", or "". */
  readonly doubt: string;
}

/** The keys of a code. `silent`: silence ended them, and no end key. */
export interface Strokes {
  readonly strokes: Stroke[];
  readonly silent: boolean;
}

/** One scan, as it is stored and sent. It never changes once it is made. */
export interface Scan {
  readonly id: string;
  readonly task: string;
  readonly code: string;
  readonly source: Source;
  readonly quantity: number;
  readonly confirm: boolean;
  /** ISO 8601 with the device's offset. */
  readonly scanned_at: string;
  /** Id of who scanned. */
  readonly operator: number;
  /** Where it was scanned, where the page or a button says so. */
  readonly location?: string;
  /** The goods were not to be had there, and why. */
  readonly short?: boolean;
  readonly reason?: string;
}

/** What a button says with its code. */
export type Said = Pick<Scan, "location" | "short" | "reason">;

/** A scan on the device. `at` and `sentAt` are ms since 1970; `n` is its place in the order of all scans. */
export interface Entry {
  readonly scan: Scan;
  readonly at: number;
  readonly sentAt?: number;
  /** The server could not be reached when it was scanned. */
  readonly late?: boolean;
  readonly why?: string;
  /** Set aside since the program failed on it, or since nobody knows whose it is: a person may have it sent again. */
  readonly again?: boolean;
}

export interface StoredEntry extends Entry {
  readonly n: number;
  /** Sent while the device was locked: what came of it is not known yet. */
  readonly unseen?: boolean;
}

/** `waiting`: not recorded yet. `aside`: cannot be recorded. `sent`: recorded in the last 24 hours. */
export type Shelf = "waiting" | "aside" | "sent";

/** Where scans are stored on the device. A resolved promise means that it is on the disk. */
export interface Store {
  add(entry: Entry): Promise<unknown>;
  /** The oldest first. */
  list(shelf: Shelf, limit?: number): Promise<StoredEntry[]>;
  count(shelf: Shelf): Promise<number>;
  /** In one step: no entry is ever on both shelves or on neither. */
  moveAll(entries: StoredEntry[], from: Shelf, to: Shelf): Promise<unknown>;
  remove(shelf: Shelf, n: number): Promise<unknown>;
}

/** What the server says of a recorded scan. */
export interface Result {
  readonly task: string;
  /** Empty where the device is locked, and is told nothing. */
  readonly outcome: "accepted" | "held" | "refused" | "";
  readonly reason: string;
  readonly message: string;
  readonly signal: string;
  readonly units: number;
  readonly item?: { readonly sku: string; readonly name: string } | null;
  /** Reference of the task whose page the scan leads to. */
  readonly opens?: string | null;
  /** Where goods go after the scan. */
  readonly location?: string | null;
}

/** What changed on a task's page, as HTML to put into it. */
export interface Shown {
  readonly task: string | null;
  readonly html: string;
}

/** The verdict on one scan that was sent. */
export type Verdict =
  | { readonly verdict: "recorded"; readonly result: Result; readonly shown?: Shown }
  | { readonly verdict: "handover"; readonly own: boolean }
  | { readonly verdict: "aside"; readonly why: string; readonly doubted?: boolean }
  | { readonly verdict: "fault"; readonly why: string }
  | { readonly verdict: "signed-out"; readonly stale: boolean }
  | { readonly verdict: "retry" };

/** The verdicts on the scans of one request. `restored` is the mark of a server that was restored from a backup. */
export interface Verdicts {
  readonly verdicts: Verdict[];
  readonly restored: string | null;
}

export type OutboxState = "idle" | "waiting" | "signed-out";

/** Event of the outbox -> its detail. */
export interface OutboxEvents {
  change: Record<string, never>;
  recorded: { entry: StoredEntry; result: Result; shown?: Shown };
  aside: { entry: StoredEntry; why: string };
  badge: { entry: StoredEntry };
  /** All is sent, and this badge came last. `own`: that of who scanned it. `late`: the server could not be reached when it was scanned. */
  handover: { entry: StoredEntry; own: boolean; late: boolean };
  failed: { state: OutboxState };
  unstored: { entry: Entry };
}

/** What another tab is told. */
export type OutboxMessage = { [K in keyof OutboxEvents]: { type: K; detail?: OutboxEvents[K] } }[keyof OutboxEvents];

/** The event that `type` brings on a target. */
export type EventOf<T, K extends string> =
  T extends Outbox ? (K extends keyof OutboxEvents ? CustomEvent<OutboxEvents[K]> : never)
  : T extends Document ? (K extends keyof DocumentEventMap ? DocumentEventMap[K] : never)
  : T extends Window ? (K extends keyof WindowEventMap ? WindowEventMap[K] : never)
  : Event;

/** What a code stands for: the goods, the units of one scan, and the ids of the task's lines with it. */
export interface Found {
  readonly name: string;
  readonly units: number;
  readonly sku?: string;
  readonly lines: number[];
}

export interface Finder {
  /** What a code stands for, as far as the device knows. */
  find(code: string): Found | null;
}

/** A line of a task as the page brings it: id, name, expected, scanned, {code: units}. */
export type KnownLine = [id: number, name: string, expected: number, scanned: number, codes: Record<string, number>];

/** What the page tells the device of its task. */
export interface KnownOfTask {
  readonly lines?: KnownLine[];
  /** Codes of places. */
  readonly places: string[];
  /** Codes of places at which nothing counts on this task. */
  readonly elsewhere?: string[];
  /** What is too much counts for nothing, and waits for no yes. */
  readonly strict?: boolean;
  /** Goods are taken in hand, and put down at places. */
  readonly hand?: boolean;
  /** Goods are taken at stops of a walk, and put into totes. */
  readonly stops?: boolean;
  /** The place whose label turns picking into packing; "" where nobody packs. */
  readonly packing?: string;
}

/** How far a line is by the record. */
export interface Recorded {
  readonly scanned: number;
  /** NaN where the page hides it or nothing was said. */
  readonly expected: number;
}

/** What the panel says of a scan that is not sent yet. */
export interface PanelWords {
  readonly item: string;
  readonly number: string;
  readonly of: string;
  readonly effect: string;
  /** The signal to sound. */
  readonly sound: string;
}

/** A photo of returned goods on the device. */
export interface Photo {
  readonly id: string;
  /** Id of the scan that it belongs to. */
  readonly scan: string;
  readonly task: string;
  readonly operator: number;
  /** When it was taken, ms since 1970. */
  readonly at: number;
  readonly blob: Blob;
  /** The server has refused it for now. */
  readonly refused?: boolean;
}

/** Pages that tasks of one kind are under: `/receiving` for `/receiving/PO-1001`. */
export interface TaskPage {
  readonly path: string;
  readonly name: string;
}

/** Fields of a form that is posted on the way to another page. */
export type Fields = Record<string, string | boolean>;

/** Another page, and what is posted on the way there. */
export interface Way {
  readonly url: string;
  readonly fields: Fields;
}

/** Go to another page. */
export type Leave = (url: string, fields?: Fields) => unknown;

/** A barcode that a detector sees in a picture. */
export interface SeenCode {
  readonly rawValue: string;
  readonly boundingBox: DOMRectReadOnly;
}

export interface Detector {
  detect(picture: HTMLVideoElement): Promise<SeenCode[]>;
}

export interface DetectorClass {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
}

declare global {
  interface Window {
    /** Of `early.js`: the keys that came before the page's scripts listened. */
    takeEarlyKeys(): KeyboardEvent[];
    htmx?: { process(element: Element): void };
    webkitAudioContext?: typeof AudioContext;
    BarcodeDetector?: DetectorClass;
  }

  interface DocumentEventMap {
    "htmx:afterSwap": CustomEvent<{ elt: Element }>;
    /** On the page that sets a scanner up: keys came. */
    scanned: CustomEvent<Strokes>;
    /** That page asks for a sound. */
    said: CustomEvent<string>;
  }
}
