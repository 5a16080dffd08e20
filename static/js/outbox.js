// No scan is lost between the trigger and the record: it is stored here first, sent in order, and kept until recorded.
//
// Events: `change` (how much waits), `recorded` ({entry, result, shown: {task, html} with the last of a request}), `aside` ({entry, why}),
// `handover` ({entry}), `failed` (a try got no answer). A tab hears of what another tab sent, too.

import { openStore } from "./device_store.js";
import { alone } from "./one_tab.js";
import { renewToken, sendMany, sendOne } from "./sender.js";

const BATCH_FROM = 3;
const BATCH_MOST = 50;
const WAITS_MS = [1000, 2000, 4000, 8000, 15000];
const KEPT_MS = 24 * 3600 * 1000;
const RESTORED = "scanner.restored";

export class Outbox extends EventTarget {
  constructor({ scans, batch }) {
    super();
    this.urls = { scans, batch };
    this.task = null; // the one whose page is shown: a batch brings what it changed there
    this.waiting = 0; // on this device and not recorded: what is being stored, and what is stored
    this.storing = 0;
    this.aside = 0;
    this.state = "idle";
    this.tries = 0;
    this.ready = openStore();
    this.tail = this.ready;
    this._listen();
  }

  /** Store a scan (a frozen payload), then send it. Resolves when it is stored: from then on it cannot be lost. */
  take(scan) {
    const entry = Object.freeze({ scan, at: Date.now() });
    this.storing += 1;
    this.waiting += 1;
    const stored = this.tail.then(async () => (await this.ready).add(entry));
    this.tail = stored.catch(() => {});
    stored.catch(() => this._tell("unstored", { entry })).then(() => this._changed(true, 1));
    this._tell("change");
    return stored;
  }

  /** Send what waits now. */
  send() {
    this.wanted = true;
    clearTimeout(this.timer);
    if (!this.sending) this.sending = this._work().finally(() => { this.sending = null; }).then(() => this.wanted && !this.held && this.send());
    return this.sending;
  }

  /** Keep scans here until `release`: the page that comes shows and sounds what becomes of them. */
  hold() {
    this.held = true;
  }

  release() {
    this.held = false;
    this.send();
  }

  /** Put a scan that was set aside away, once a person has looked at it. */
  async dismiss(n) {
    await (await this.ready).remove("aside", n);
    await this._changed(false);
  }

  async list(shelf) {
    return (await this.ready).list(shelf);
  }

  /** The server says when it was restored from a backup; what it had recorded since may be gone from it: send it again. */
  async restored(mark) {
    if (!mark || this.restoredAt === mark || localStorage.getItem(RESTORED) === mark) return;
    await this.resendSince(Date.now() - KEPT_MS);
    this.restoredAt = mark; // should the next line fail, not over and over
    localStorage.setItem(RESTORED, mark); // last: a page that is closed meanwhile starts again
  }

  /** Send again what was recorded since `moment` (ms), before what waits, in its old order. Nothing doubles. */
  async resendSince(moment) {
    const store = await this.ready;
    const entries = (await store.list("sent")).filter((entry) => sentAt(entry) >= moment);
    await store.moveAll(entries, "sent", "waiting");
    await this._changed(true);
    return entries.length;
  }

  _listen() {
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel("scanner.outbox") : null;
    if (this.channel) this.channel.onmessage = ({ data }) => this._heard(data);
    window.addEventListener("online", () => this.send());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.send(); });
    this.ready.then(() => this._forgetOld()).then(() => this._changed(true));
  }

  _heard({ type, detail }) {
    if (type !== "change") this.dispatchEvent(new CustomEvent(type, { detail }));
    this._count();
  }

  async _work() {
    await this.tail;
    try {
      while (this.wanted && !this.held) {
        this.wanted = false;
        if (await (await this.ready).count("waiting")) await alone(() => this._drain());
      }
      await this._changed(false);
    } catch (error) {
      this._later("waiting"); // The device's storage would not have it, as when it is full: what was not moved is still there.
    }
  }

  async _drain() {
    const store = await this.ready;
    while (!this.held) {
      const entries = await store.list("waiting", BATCH_MOST);
      if (!entries.length) return this._went("idle");
      const { verdicts, restored } = await this._post(entries);
      for (let at = 0; at < verdicts.length; at += 1) {
        if (!(await this._settle(store, entries[at], verdicts[at]))) return undefined;
      }
      await this._changed(false);
      await this.restored(restored);
    }
    return undefined;
  }

  async _post(entries) {
    if (entries.length >= BATCH_FROM) return sendMany(this.urls.batch, entries.map((entry) => entry.scan), this.task);
    return sendOne(this.urls.scans, entries[0].scan);
  }

  /** Do what the verdict says with one entry; false when sending has to stop here. */
  async _settle(store, entry, { verdict, result, handover, shown, why, stale }) {
    if (verdict === "recorded") {
      await store.moveAll([{ ...entry, sentAt: Date.now() }], "waiting", "sent");
      this._went("idle");
      if (handover) this._tell("handover", { entry });
      else this._tell("recorded", { entry, result, shown }, true);
      return true;
    }
    if (verdict === "aside") {
      await store.moveAll([{ ...entry, why }], "waiting", "aside");
      this._tell("aside", { entry, why }, true);
      return true;
    }
    if (verdict === "signed-out") {
      if (stale && (await renewToken())) this.wanted = true;
      else this._later("signed-out");
      return false;
    }
    this._later("waiting");
    return false;
  }

  _went(state) {
    this.state = state;
    this.tries = 0;
  }

  _later(state) {
    this.state = state;
    const wait = WAITS_MS[Math.min(this.tries, WAITS_MS.length - 1)];
    this.tries += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait);
    this._tell("failed", { state });
  }

  async _forgetOld() {
    const store = await this.ready;
    const old = (await store.list("sent")).filter((entry) => sentAt(entry) < Date.now() - KEPT_MS);
    for (const entry of old) await store.remove("sent", entry.n);
  }

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
    this._tell("change");
  }

  _tell(type, detail = {}, everywhere = false) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
    if (everywhere && this.channel) this.channel.postMessage({ type, detail });
  }
}

/** When the server said that it has this; a scan may have waited for days before. */
function sentAt(entry) {
  return entry.sentAt || entry.at;
}
