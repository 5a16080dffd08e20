// @ts-check
// The page of a task: makes a scan of each code, gives it to the outbox, and shows and sounds the results.

import { watchEnds } from "./ends.js";
import { gravest } from "./feedback.js";
import { swapIn } from "./fragments.js";
import { gradeOf, pressGrade, showHand } from "./hand.js";
import { Kept, write } from "./kept.js";
import { KeptCount } from "./kept_count.js";
import { KeptHand } from "./kept_hand.js";
import { KeptParcel } from "./kept_parcel.js";
import { KeptStops } from "./kept_stops.js";
import { Known, Learned, looksLikeBadge, Spellings } from "./known.js";
import { Lines } from "./lines.js";
import { isoLocal, uuid } from "./moments.js";
import { copyOf, openAny, part, partAs, partWithId, targetOf } from "./page_parts.js";

/** @import { Feedback } from "./feedback.js" */
/** @import { Outbox } from "./outbox.js" */
/** @import { Scope } from "./scope.js" */
/** @import { Entry, KnownOfTask, Leave, OutboxEvents, Result, Said, Scan, Source } from "./types.d.ts" */

const PATIENCE_MS = 400;
const FINISHED_MS = 1500;
const NO_PAPER = "CMD-NOPAPER";
const QUANTITY = /^CMD-QTY-([1-9]\d{0,4})$/i;

export class ScanPage {
  /**
   * @param {object} options
   * @param {Outbox} options.outbox
   * @param {Feedback} options.feedback
   * @param {Scope} options.scope
   * @param {number} options.operator
   * @param {string} options.task
   * @param {number} [options.times] units that the next scan stands for
   * @param {Leave} options.leave
   */
  constructor({ outbox, feedback, scope, operator, task, times = 1, leave }) {
    this.outbox = outbox;
    this.feedback = feedback;
    this.operator = operator;
    this.task = task;
    this.leave = leave;
    this.panel = part("[data-panel]");
    /** @type {Scan[]} of this task, not recorded yet */
    this.unsent = [];
    /** @type {Result[]} of the request whose answer comes in now */
    this.batch = [];
    /** @type {{codes: string[], words: string}} what was set aside last, as it was said */
    this.setAside = { codes: [], words: "" };
    /** @type {Scan | null} the newest */
    this.last = null;
    this.times = times;
    /** @type {KnownOfTask} */
    const known = JSON.parse(part("[data-known]").textContent || "{}");
    /** @type {Record<string, string>} */
    const labels = JSON.parse(part("[data-labels]").textContent || "{}");
    this.places = new Set([...known.places || [], ...known.elsewhere || []]);
    /** Labels of orders, of this one too -> the order's reference. */
    this.labels = new Map(Object.entries(labels));
    this.known = new Known(known);
    /** Codes of places and orders. */
    this.spelt = new Spellings();
    for (const code of [...this.places, ...this.labels.keys()]) this.spelt.add(code);
    /** The order that the next scan belongs to: the one whose label was scanned last. */
    this.next = task;
    const template = partAs("[data-kept]", HTMLTemplateElement);
    /** What codes stand for, where the page has a walk instead of lines that say so. */
    this.learned = document.getElementById("places") ? new Learned() : null;
    this.kept = this.learned ? new KeptCount(this.learned, template, known.elsewhere)
      : known.hand ? new KeptHand(this.known, template, (code) => this.spelt.find(code))
      : known.strict ? new KeptParcel(this.known, template, known)
      : known.stops ? new KeptStops(this.known, template) : new Kept(this.known, template);
    this.lines = new Lines(partWithId("lines"), part("[data-lines]"));
    part("[data-hint]").addEventListener("click", () => this.say(""));
    this._setTimes(times);
    this._listen(scope);
    this._restore();
  }

  /**
   * A code was read: make a scan of it, now, and have it stored.
   * @param {string} code
   * @param {Source} source
   * @param {{quantity?: number, confirm?: boolean, more?: Said}} [said]
   */
  take(code, source, { quantity, confirm, more } = {}) {
    if (source === "wedge") this._uncover();
    const times = QUANTITY.exec(code);
    if (times) this._setTimes(Number(times[1]));
    else if (code.toUpperCase() === NO_PAPER && this.hand()) this.leave(document.body.dataset.open || "", { code: NO_PAPER, anew: true });
    else this._keep(code, this.freeze(code, source, quantity || this.times, confirm, more));
  }

  /** Nothing hides what a scan comes to: what is open over the page closes, and what was begun there ends. */
  _uncover() {
    for (const dialog of document.querySelectorAll("dialog")) {
      if (!dialog.open) continue;
      if (dialog.querySelector("[data-pick]")) this.warn("A scan closed the photo: nothing in it was counted.");
      dialog.close();
    }
  }

  /**
   * A code that this page knows, as it is spelt; null for any other.
   * @param {string} code
   */
  spell(code) {
    return this.spelt.find(code) || this.known.spell(code) || (this.learned && this.learned.find(code) ? code : null);
  }

  /**
   * @param {string} code
   * @param {Scan} scan
   */
  _keep(code, scan) {
    this.next = this.labels.get(code) || this.next;
    this.last = scan;
    this._setTimes(1);
    for (const notice of document.querySelectorAll("[data-flash]")) notice.remove(); // it was about what came before
    this.unsent.push(scan);
    setTimeout(() => this._stillUnsent(scan), this.outbox.state === "idle" ? PATIENCE_MS : 0);
    this.outbox.take(scan);
  }

  /** What is in hand on the returns bench; null on other pages. */
  hand() {
    return document.getElementById("hand");
  }

  /** The id of the last grade that is not sent yet, or null: a photo taken now is of its goods. */
  lastGrade() {
    const grades = this.unsent.filter((scan) => gradeOf(scan.code));
    return grades.length ? grades[grades.length - 1].id : null;
  }

  /**
   * A scan of this moment. It never changes after this.
   * @param {string} code
   * @param {Source} source
   * @param {number} [quantity]
   * @param {boolean} [confirm]
   * @param {Said} [more]
   * @returns {Scan}
   */
  freeze(code, source, quantity = 1, confirm = false, more = {}) {
    const { at } = document.body.dataset; // the place that all scans of this page are made at
    return Object.freeze({
      id: uuid(), task: this.next, code, source, quantity, confirm,
      scanned_at: isoLocal(new Date()), operator: this.operator, ...(at ? { location: at } : {}), ...more,
    });
  }

  /** @param {number} times units that the next scan stands for */
  _setTimes(times) {
    this.times = times;
    const sign = part("[data-times]");
    sign.hidden = times === 1;
    sign.textContent = `next × ${times}`;
    if (times > 1) this.feedback.give("times");
  }

  /** @param {Scope} scope */
  _listen(scope) {
    watchEnds(scope, () => this.unsent.length > 0);
    scope.on(this.outbox, "recorded", ({ detail }) => this._recorded(detail));
    scope.on(this.outbox, "aside", ({ detail }) => this._aside(detail));
    scope.on(this.outbox, "failed", () => this._showKept(false));
    scope.on(this.outbox, "unstored", ({ detail }) => this._unstored(detail));
    scope.on(this.outbox, "badge", ({ detail }) => this._forget(detail.entry));
    scope.on(document, "htmx:afterSwap", () => { if (this.unsent.length) this.kept.mark(this._sorted().shown); });
    scope.on(document, "click", (event) => { if (targetOf(event).closest("[data-regrade]")) partWithId("hand").dataset.hand = "goods"; });
  }

  /** Show what was scanned on this page before it was loaded anew. */
  async _restore() {
    const waiting = await this.outbox.list("waiting");
    const ours = waiting.map((entry) => entry.scan).filter((scan) => scan.task === this.task);
    const here = new Set(this.unsent.map((scan) => scan.id));
    this.unsent = [...ours.filter((scan) => !here.has(scan.id)), ...this.unsent];
    if (ours.length) setTimeout(() => this._showKept(false), PATIENCE_MS);
  }

  /** @param {Scan} scan */
  _stillUnsent(scan) {
    if (this.unsent.includes(scan)) this._showKept(true);
  }

  /** @param {boolean} aloud */
  _showKept(aloud) {
    if (!this.unsent.length || !this.panel.isConnected) return;
    const { shown, badges } = this._sorted();
    const panel = badges.includes(this.unsent[this.unsent.length - 1]) ? this._badgePanel() : this.kept.panel(shown);
    const hand = this.hand();
    if (badges.length) part(".result__message", panel).textContent = "Kept. What follows a badge counts only if it was your own";
    partWithId("result").replaceWith(panel);
    this.kept.mark(shown);
    if (hand) showHand(hand, shown, this.kept.known);
    if (this.lastGrade()) for (const form of document.querySelectorAll("form[data-evidence]")) form.toggleAttribute("hidden", false);
    if (aloud) this.feedback.give(panel.dataset.sound || "kept");
  }

  /** The unsent scans without badges, and the badges. */
  _sorted() {
    const badges = this.unsent.filter(({ code }) => looksLikeBadge(code) && !this.spell(code));
    return { badges, shown: this.unsent.filter((scan) => !badges.includes(scan)) };
  }

  /** Nobody takes over while the server cannot be reached. */
  _badgePanel() {
    const panel = copyOf(partAs("[data-kept]", HTMLTemplateElement));
    const { name } = document.body.dataset;
    const away = this.outbox.state !== "idle";
    write(panel, "item", away ? `No network: you are still ${name}` : "Badge: wait for the server");
    write(panel, "effect", away ? "Scan your badge again once the network is back" : "");
    panel.dataset.sound = "held";
    return panel;
  }

  /** @param {OutboxEvents["recorded"]} detail */
  _recorded({ entry, result, shown }) {
    this._forget(entry);
    if (this.learned) this.learned.learn(entry.scan, result);
    else if (entry.scan.task === this.task) this.kept.learn(entry.scan, result);
    this._correct(entry.scan, result.opens || entry.scan.task);
    if (result.task === this.task || result.task === this.next) this.batch.push(result);
    if (!shown) return;
    const results = this.batch.splice(0);
    if (shown.task === this.task) this._show(shown.html);
    if (results.length) this._answer(results);
    this._follow();
  }

  /**
   * The server says which order comes after a scan, which this page assumed. The server is right, unless another was scanned since.
   * @param {Scan} scan
   * @param {string} order
   */
  _correct(scan, order) {
    const guessed = this.labels.get(scan.code) || scan.task;
    if (this.next === guessed) this.next = order;
  }

  /**
   * Sound once for all results of a request.
   * @param {Result[]} results
   */
  _answer(results) {
    if (!document.hidden) this.feedback.give(gravest(results.map((result) => result.signal)));
    this._warnOf(results);
    const finished = results.some((result) => result.signal === "finished");
    if (finished) setTimeout(() => this.next === this.task && this.leave(location.href), FINISHED_MS);
  }

  /** Go to the order that is scanned now, once nothing of this one waits. */
  _follow() {
    if (this.next === this.task || this.unsent.some((scan) => scan.task === this.task)) return;
    this.leave(openAny(), { code: this.next });
  }

  /** @param {string} html */
  _show(html) {
    if (!html) return;
    this.lines.touched(swapIn(html).filter((element) => element.matches(".line")));
    const hand = this.hand();
    if (hand) pressGrade(hand);
    this.kept.mark(this._sorted().shown);
  }

  /**
   * Show what others changed: a part is replaced where it stands, a new line comes last. Says whether all of it is shown: what has
   * the focus or is pressed stays.
   * @param {string} html
   */
  showOthers(html) {
    const cut = document.querySelector("[data-lines] form[role=search]");
    let all = true;
    swapIn(html, (old, element) => {
      if (!old) return !cut && element.matches(".line");
      const used = old.contains(document.activeElement) || old.matches(":active");
      all = all && !used;
      return !used;
    });
    this.kept.mark(this._sorted().shown);
    return all;
  }

  /**
   * Of many scans sent at once only the last is in the panel: say how many were refused. What waits is listed anyway.
   * @param {Result[]} results
   */
  _warnOf(results) {
    const lost = results.filter((result) => result.outcome === "refused");
    if (lost.every((result) => result === results[results.length - 1])) return;
    this.warn(`${lost.length} of ${results.length} scans sent now did not count. ${reasonsOf(lost).slice(0, 3).join(" ")}`);
  }

  /** @param {OutboxEvents["aside"]} detail */
  _aside({ entry, why }) {
    this._forget(entry);
    if (entry.scan.task === this.task) this._warnOfAside(entry.scan.code.slice(0, 40), why);
    this.feedback.give("refused");
  }

  /**
   * Say once why, of all that has the same reason.
   * @param {string} code
   * @param {string} why
   */
  _warnOfAside(code, why) {
    const hint = part("[data-hint]");
    const { codes, words } = this.setAside;
    const goesOn = Boolean(words) && words.endsWith(why) && !hint.hidden && (hint.textContent || "").includes(words);
    const all = goesOn ? [...codes, code] : [code];
    this.setAside = { codes: all, words: `Not recorded: ${namesOf(all)}. ${why}` };
    if (goesOn) this.say((hint.textContent || "").replace(words, this.setAside.words));
    else this.warn(this.setAside.words);
  }

  /** @param {OutboxEvents["unstored"]} detail */
  _unstored({ entry }) {
    this._forget(entry);
    this.kept.mark(this._sorted().shown);
    partWithId("result").replaceWith(this.kept.unstored(entry.scan));
    this.warn(`Not kept: ${entry.scan.code.slice(0, 40)}.`);
    this.feedback.give("refused");
  }

  /** @param {Entry} entry */
  _forget(entry) {
    this.unsent = this.unsent.filter((scan) => scan.id !== entry.scan.id);
  }

  /**
   * Say this above the lines, after what stands there still. A tap removes it.
   * @param {string} words
   */
  warn(words) {
    const hint = part("[data-hint]");
    this.say(hint.hidden ? words : `${hint.textContent} ${words}`);
  }

  /**
   * Say this above the lines, in place of what stands there; "" removes it.
   * @param {string} words
   */
  say(words) {
    const hint = part("[data-hint]");
    hint.hidden = !words;
    hint.textContent = words;
    part("[data-lines]").scrollTop = 0;
  }
}

/**
 * Why scans did not count: each reason once, after the goods that have it.
 * @param {Pick<Result, "message" | "item">[]} results
 */
export function reasonsOf(results) {
  /** @type {Map<string, Set<string>>} */
  const goods = new Map();
  for (const { message, item } of results) {
    const names = goods.get(message) || new Set();
    if (item && !message.includes(item.name)) names.add(item.name);
    goods.set(message, names);
  }
  return Array.from(goods, ([message, names]) => (names.size ? `${namesOf(Array.from(names))}: ${message}` : message));
}

/** @param {string[]} names */
function namesOf(names) {
  return names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
}
