// @ts-check
// Stores each scan on the device, sends them in order, and keeps each until the server has recorded it, so that none is lost.
//
// Its events are in `types.d.ts`. A tab also hears of scans that another tab sent.

import { openStore } from "./device_store.js";
import { alone } from "./one_tab.js";
import { renewToken, sendMany, sendOne } from "./sender.js";
import { Taken } from "./taken.js";

/** @import { Entry, OutboxEvents, OutboxMessage, OutboxState, Scan, Shelf, Store, StoredEntry, Verdict, Verdicts } from "./types.d.ts" */

const BATCH_FROM = 3;
const FAULTS_MOST = 3; // tries of a scan on which the program fails
const BATCH_MOST = 50;
const WAITS_MS = [1000, 2000, 4000, 8000, 15000];
const KEPT_MS = 24 * 3600 * 1000;
const JUST_NOW_MS = 10000;
const RESTORED = "scanner.restored";

export class Outbox extends EventTarget {
  /** @param {{scans: string, batch: string}} urls where one scan is sent, and where many are */
  constructor(urls) {
    super();
    this.urls = urls;
    /** @type {string | null} the task whose page is shown: a batch brings the changed parts of it */
    this.task = null;
    this.waiting = 0; // scans on this device that are not recorded, stored or being stored
    this.storing = 0;
    this.aside = 0;
    /** @type {OutboxState} */
    this.state = "idle";
    this.tries = 0;
    this.faults = 0; // of the scan that comes next
    this.failedAt = 0; // when the server did not answer last, ms since 1970
    /** @type {OutboxEvents["handover"] | null} the last badge that was sent: its owner takes over once all is sent */
    this.badge = null;
    /** @type {number | null} whose scans are in doubt until then: another person's badge came after them */
    this.doubted = null;
    this.wanted = false; // whether there is something to send
    this.held = false;
    /** @type {Promise<unknown> | null} */
    this.sending = null;
    /** @type {number | undefined} */
    this.timer = undefined;
    /** @type {string | null} the last mark of a restored server that was answered by sending again */
    this.restoredAt = null;
    this.taken = new Taken(sessionStorage);
    this.ready = this._open(this.taken.list());
    /** @type {Promise<unknown>} storing the newest scan: the next one waits for it */
    this.tail = this.ready;
    /** @type {BroadcastChannel | null} */
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel("scanner.outbox") : null;
    this._listen();
  }

  /**
   * Store a scan, then send it. Resolves when it is on the disk of the device: from then on it cannot be lost.
   * @param {Scan} scan
   */
  take(scan) {
    /** @type {Entry} */
    const entry = Object.freeze({ scan, at: Date.now(), ...(this.state === "idle" ? {} : { late: true }) });
    this.storing += 1;
    this.waiting += 1;
    this.taken.add(entry);
    const stored = this.tail.then(async () => (await this.ready).add(entry)).finally(() => this.taken.remove(entry));
    this.tail = stored.catch(() => {});
    stored.catch(() => this._tell("unstored", { entry })).then(() => this._changed(true, 1));
    this._tell("change", {});
    return stored;
  }

  /**
   * Send what waits now.
   * @returns {Promise<unknown>}
   */
  send() {
    this.wanted = true;
    clearTimeout(this.timer);
    if (!this.sending) this.sending = this._work().finally(() => { this.sending = null; }).then(() => this.wanted && !this.held && this.send());
    return this.sending;
  }

  /** Send nothing until `release`: the next page shows the results. */
  hold() {
    this.held = true;
  }

  /** The next page is there, or cannot be had. What was still scanned on the one before is sent first. */
  release() {
    this.held = false;
    this.send().then(() => this.badge || this.trust());
  }

  /**
   * Drop a scan that was set aside, once a person has looked at it.
   * @param {number} n
   */
  async dismiss(n) {
    await (await this.ready).remove("aside", n);
    await this._changed(false);
  }

  /**
   * Send again a scan that was set aside, in its old place before what waits. The server counts nothing twice.
   * @param {StoredEntry} entry
   */
  async sendAgain({ n, scan, at }) {
    await (await this.ready).moveAll([{ n, scan, at }], "aside", "waiting");
    await this._changed(true);
  }

  /** @param {Shelf} shelf */
  async list(shelf) {
    return (await this.ready).list(shelf);
  }

  /**
   * The server was restored from a backup and may have lost what it had recorded since: send it again.
   * @param {string | null | undefined} mark when it was restored, as it says
   */
  async restored(mark) {
    if (!mark || this.restoredAt === mark || localStorage.getItem(RESTORED) === mark) return;
    await this.resendSince(Date.now() - KEPT_MS);
    this.restoredAt = mark; // before the next line, which fails in a full storage: else all would be sent again and again
    localStorage.setItem(RESTORED, mark); // last, so that a page that is closed meanwhile starts again
  }

  /**
   * Send again what was recorded since a moment, before what waits and in its old order. The server counts nothing twice.
   * @param {number} moment ms since 1970
   */
  async resendSince(moment) {
    const store = await this.ready;
    const entries = (await store.list("sent")).filter((entry) => sentAt(entry) >= moment);
    await store.moveAll(entries, "sent", "waiting");
    await this._changed(true);
    return entries.length;
  }

  /**
   * The device is not locked: send again what it sent while it was. The server told nothing then, not even that it cannot take
   * a scan. It counts nothing twice.
   */
  async unlocked() {
    const store = await this.ready;
    const entries = (await store.list("sent")).filter(({ unseen }) => unseen);
    if (!entries.length) return;
    await store.moveAll(entries, "sent", "waiting");
    await this._changed(true);
  }

  /**
   * The store, with what the page before in this tab was still storing when it went away.
   * @param {Entry[]} taken
   */
  async _open(taken) {
    const store = await openStore();
    if (!taken.length) return store;
    const shelves = await Promise.all([store.list("waiting"), store.list("aside"), store.list("sent")]);
    const stored = new Set(shelves.flat().map(({ scan }) => scan.id));
    for (const entry of taken) {
      if (!stored.has(entry.scan.id)) await store.add(entry).catch(() => this._tell("unstored", { entry }));
      this.taken.remove(entry);
    }
    return store;
  }

  _listen() {
    if (this.channel) this.channel.onmessage = ({ data }) => this._heard(data);
    window.addEventListener("online", () => this.send());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.send(); });
    this.ready.then(() => this._forgetOld()).then(() => this._changed(true));
  }

  /** @param {OutboxMessage} message of another tab */
  _heard({ type, detail }) {
    if (type !== "change") this.dispatchEvent(new CustomEvent(type, { detail }));
    this._count();
  }

  async _work() {
    await this.tail;
    try {
      while (this.wanted && !this.held) {
        this.wanted = false;
        if (this.badge || (await (await this.ready).count("waiting"))) await alone(() => this._drain());
      }
      await this._changed(false);
    } catch {
      this._tryLater("waiting"); // The storage of the device failed, as when it is full. Entries that could not be moved are still there.
    }
  }

  /** Send until nothing waits, or until sending has to stop. */
  async _drain() {
    const store = await this.ready;
    while (!this.held) {
      const { tail } = this;
      await tail; // what comes after a badge is sent with it
      const entries = await store.list("waiting", BATCH_MOST);
      if (!entries.length && this.tail !== tail) continue; // one was scanned meanwhile
      if (!entries.length) {
        this._isNow("idle");
        this._tellBadge();
        return;
      }
      const { verdicts, restored } = await this._post(entries);
      for (let at = 0; at < verdicts.length; at += 1) {
        if (!(await this._settle(store, entries[at], verdicts[at]))) return;
      }
      await this._changed(false);
      await this.restored(restored);
    }
  }

  /**
   * @param {StoredEntry[]} entries
   * @returns {Promise<Verdicts>}
   */
  _post(entries) {
    const { task, doubted } = this;
    if (doubted !== null || entries.length >= BATCH_FROM) return sendMany(this.urls.batch, entries.map(({ scan }) => scan), { task, doubted });
    return sendOne(this.urls.scans, entries[0].scan);
  }

  /**
   * Act on the verdict of one entry. False when sending has to stop.
   * @param {Store} store
   * @param {StoredEntry} entry
   * @param {Verdict} verdict
   */
  async _settle(store, entry, verdict) {
    if (verdict.verdict === "handover") {
      await store.remove("waiting", entry.n); // it is a key: the device keeps none
      this.badge = { entry, own: verdict.own, late: this._isLate(entry) };
      this.doubted = verdict.own ? null : entry.scan.operator;
      this._tell("badge", { entry });
      this._isNow("idle");
      return true;
    }
    if (verdict.verdict === "recorded") {
      const unseen = !verdict.result.outcome;
      await store.moveAll([{ ...entry, sentAt: Date.now(), unseen }], "waiting", "sent");
      this.faults = 0;
      this._isNow("idle");
      this._tellEverywhere("recorded", { entry, result: verdict.result, shown: verdict.shown });
      return true;
    }
    if (verdict.verdict === "fault") this.faults += 1;
    const fails = verdict.verdict === "fault" && this.faults >= FAULTS_MOST;
    if (verdict.verdict === "aside" || fails) {
      const again = fails || (verdict.verdict === "aside" && Boolean(verdict.doubted));
      const { why } = verdict;
      this.faults = 0;
      await store.moveAll([{ ...entry, why, again }], "waiting", "aside");
      this._tellEverywhere("aside", { entry, why });
      return true;
    }
    if (verdict.verdict === "retry" || verdict.verdict === "fault") this._tryLater("waiting");
    else if (verdict.stale && (await renewToken())) this.wanted = true;
    else this._tryLater("signed-out");
    return false;
  }

  /** The owner of the last badge takes over, now that nothing waits. Until then no scan counts in the name of the one before. */
  _tellBadge() {
    const { badge } = this;
    this.badge = null;
    if (badge) this._tell("handover", badge);
  }

  /** Nobody takes over, or somebody has: scans are again in the name of whoever is signed in. */
  trust() {
    this.doubted = null;
  }

  /**
   * Whether the server could not be reached then or since, or the scan is old: its person may be gone.
   * @param {StoredEntry} entry
   */
  _isLate({ at, late, unseen }) {
    return Boolean(late || unseen) || this.failedAt >= at || Date.now() - at >= JUST_NOW_MS;
  }

  /** @param {OutboxState} state */
  _isNow(state) {
    this.state = state;
    this.tries = 0;
  }

  /** @param {OutboxState} state */
  _tryLater(state) {
    this.state = state;
    this.failedAt = Date.now();
    const wait = WAITS_MS[Math.min(this.tries, WAITS_MS.length - 1)];
    this.tries += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait);
    this._tell("failed", { state });
  }

  async _forgetOld() {
    const store = await this.ready;
    const old = (await store.list("sent")).filter((entry) => !entry.unseen && sentAt(entry) < Date.now() - KEPT_MS);
    for (const entry of old) await store.remove("sent", entry.n);
  }

  /**
   * What waits has changed: count it, tell the other tabs, and send where asked to.
   * @param {boolean} send
   * @param {number} [landed] scans that are stored now, or could not be
   */
  async _changed(send, landed = 0) {
    await this._count(landed);
    if (this.channel) this.channel.postMessage({ type: "change" });
    if (send && this.waiting) this.send();
  }

  async _count(landed = 0) {
    const store = await this.ready;
    const [stored, aside] = await Promise.all([store.count("waiting"), store.count("aside")]);
    this.storing -= landed;
    this.waiting = this.storing + stored;
    this.aside = aside;
    this._tell("change", {});
  }

  /**
   * @template {keyof OutboxEvents} K
   * @param {K} type
   * @param {OutboxEvents[K]} detail
   */
  _tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /**
   * Tell the other tabs, too.
   * @template {keyof OutboxEvents} K
   * @param {K} type
   * @param {OutboxEvents[K]} detail
   */
  _tellEverywhere(type, detail) {
    this._tell(type, detail);
    if (this.channel) this.channel.postMessage({ type, detail });
  }
}

/**
 * When the server had recorded this: a scan may have waited for days before. ms since 1970
 * @param {StoredEntry} entry
 */
function sentAt(entry) {
  return entry.sentAt || entry.at;
}
