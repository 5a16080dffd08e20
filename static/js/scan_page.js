// The page of a task: from a code to a scan in the outbox, and from the outbox's events to what is seen, heard and felt.

import { gravest } from "./feedback.js";
import { swapIn } from "./fragments.js";
import { gradeOf, pressGrade, showHand } from "./hand.js";
import { Kept } from "./kept.js";
import { KeptCount } from "./kept_count.js";
import { Known, Learned } from "./known.js";
import { Lines } from "./lines.js";
import { isoLocal, uuid } from "./moments.js";

const PATIENCE_MS = 400;
const NO_PAPER = "CMD-NOPAPER";
const QUANTITY = /^CMD-QTY-([1-9]\d{0,4})$/i;

export class ScanPage {
  constructor({ outbox, feedback, scope, operator, task, times = 1, leave }) {
    Object.assign(this, { outbox, feedback, operator, task, leave });
    this.panel = document.querySelector("[data-panel]");
    this.unsent = [];
    this.batch = [];
    const known = JSON.parse(document.querySelector("[data-known]").textContent);
    const labels = JSON.parse(document.querySelector("[data-labels]").textContent);
    this.places = new Set(known.places);
    this.labels = new Map(Object.entries(labels)); // of orders, this one too -> the order's reference
    this.next = task; // the order that the next scan belongs to: the one whose label was scanned last
    this.learned = document.getElementById("places") ? new Learned() : null; // on a count
    const kept = document.querySelector("[data-kept]");
    this.kept = this.learned ? new KeptCount(this.learned, kept) : new Kept(new Known(known), kept);
    this.lines = new Lines(document.getElementById("lines"), document.querySelector("[data-lines]"));
    document.querySelector("[data-hint]").addEventListener("click", () => this.say(""));
    this._setTimes(times);
    this._listen(scope);
    this._restore();
  }

  /** A code was read: freeze what it says, now. */
  take(code, source, { quantity, confirm } = {}) {
    const times = QUANTITY.exec(code);
    if (times) return this._setTimes(Number(times[1]));
    if (code.toUpperCase() === NO_PAPER && this.hand()) return this.leave(document.body.dataset.open, { code: NO_PAPER, anew: true });
    const scan = this.freeze(code, source, quantity || this.times, confirm);
    this.next = this.labels.get(code) || this.next;
    this.last = scan;
    this._setTimes(1);
    this.unsent.push(scan);
    setTimeout(() => this._stillUnsent(scan), this.outbox.state === "idle" ? PATIENCE_MS : 0);
    return this.outbox.take(scan);
  }

  /** What is in hand on the returns bench; null on other pages. */
  hand() {
    return document.getElementById("hand");
  }

  /** The id of a grade that is not sent yet: a photo taken now is of its goods. */
  lastGrade() {
    const grades = this.unsent.filter((scan) => gradeOf(scan.code));
    return grades.length ? grades[grades.length - 1].id : null;
  }

  /** The payload of a scan, never changed after this. */
  freeze(code, source, quantity = 1, confirm = false) {
    return Object.freeze({
      id: uuid(), task: this.next, code, source, quantity, confirm,
      scanned_at: isoLocal(new Date()), operator: this.operator,
    });
  }

  _setTimes(times) {
    this.times = times;
    const sign = document.querySelector("[data-times]");
    sign.hidden = times === 1;
    sign.textContent = `next × ${times}`;
    if (times > 1) this.feedback.give("times");
  }

  _listen(scope) {
    scope.on(this.outbox, "recorded", ({ detail }) => this._recorded(detail));
    scope.on(this.outbox, "aside", ({ detail }) => this._aside(detail));
    scope.on(this.outbox, "failed", () => this._showKept(false));
    scope.on(this.outbox, "unstored", ({ detail }) => this._unstored(detail));
    scope.on(this.outbox, "handover", ({ detail }) => this._forget(detail.entry));
    scope.on(document, "htmx:afterSwap", () => { if (this.unsent.length) this.kept.mark(this.unsent); });
    scope.on(document, "click", ({ target }) => { if (target.closest("[data-regrade]")) this.hand().dataset.hand = "goods"; });
  }

  async _restore() {
    const waiting = await this.outbox.list("waiting");
    const ours = waiting.map((entry) => entry.scan).filter((scan) => scan.task === this.task);
    const here = new Set(this.unsent.map((scan) => scan.id));
    this.unsent = [...ours.filter((scan) => !here.has(scan.id)), ...this.unsent];
    if (ours.length) setTimeout(() => this._showKept(false), PATIENCE_MS);
  }

  _stillUnsent(scan) {
    if (this.unsent.includes(scan)) this._showKept(true);
  }

  _showKept(aloud) {
    if (!this.unsent.length || !this.panel.isConnected) return;
    const panel = this.kept.panel(this.unsent);
    document.getElementById("result").replaceWith(panel);
    this.kept.mark(this.unsent);
    if (this.hand()) showHand(this.hand(), this.unsent, this.kept.known);
    if (aloud) this.feedback.give(panel.dataset.sound || "kept");
  }

  _recorded({ entry, result, shown }) {
    this._forget(entry);
    if (this.learned) this.learned.learn(entry.scan, result);
    this._correct(entry.scan, result.opens || entry.scan.task);
    if (result.task === this.task || result.task === this.next) this.batch.push(result);
    if (!shown) return;
    const results = this.batch.splice(0);
    if (shown.task === this.task) this._show(shown.html);
    if (results.length) this._answer(results);
    this._follow();
  }

  /** Where the server names another order after a scan than this page went on with, and none was named since: it is right. */
  _correct(scan, order) {
    const guessed = this.labels.get(scan.code) || scan.task;
    if (this.next === guessed) this.next = order;
  }

  /** What one request came to, to be heard once. */
  _answer(results) {
    if (!document.hidden) this.feedback.give(gravest(results.map((result) => result.signal)));
    this._warnOf(results);
    const finished = results.some((result) => result.signal === "finished");
    if (finished) setTimeout(() => this.next === this.task && this.leave(location.href), 1500);
  }

  /** To the order that is scanned now, once this one has nothing more to say. */
  _follow() {
    if (this.next === this.task || this.unsent.some((scan) => scan.task === this.task)) return;
    this.leave(document.body.dataset.open, { code: this.next });
  }

  _show(html) {
    if (!html) return;
    this.lines.touched(swapIn(html).filter((element) => element.matches(".line")));
    if (this.hand()) pressGrade(this.hand());
    this.kept.mark(this.unsent);
  }

  /** Of many scans sent at once only the last is in the panel: say which others did not count. */
  _warnOf(results) {
    const lost = results.slice(0, -1).filter((result) => result.outcome !== "accepted");
    if (!lost.length) return;
    this.warn(`${lost.length} of ${results.length} scans sent now did not count. ${reasonsOf(lost).slice(0, 3).join(" ")}`);
  }

  _aside({ entry, why }) {
    this._forget(entry);
    if (entry.scan.task === this.task) this.warn(`Not recorded: ${entry.scan.code.slice(0, 40)}. ${why}`);
    this.feedback.give("refused");
  }

  _unstored({ entry }) {
    this._forget(entry);
    this.kept.mark(this.unsent);
    document.getElementById("result").replaceWith(this.kept.unstored(entry.scan));
    this.warn(`Not kept: ${entry.scan.code.slice(0, 40)}.`);
    this.feedback.give("refused");
  }

  _forget(entry) {
    this.unsent = this.unsent.filter((scan) => scan.id !== entry.scan.id);
  }

  /** Words above the lines, beside what stands there still; a tap puts them away. */
  warn(words) {
    const hint = document.querySelector("[data-hint]");
    this.say(hint.hidden ? words : `${hint.textContent} ${words}`);
  }

  /** Words above the lines, in place of others. */
  say(words) {
    const hint = document.querySelector("[data-hint]");
    hint.hidden = !words;
    hint.textContent = words;
    document.querySelector("[data-lines]").scrollTop = 0;
  }
}

/** Why scans did not count, each reason once, with the goods that it met. */
function reasonsOf(results) {
  const goods = new Map(results.map(({ message }) => [message, new Set()]));
  for (const { message, item } of results) if (item && !message.includes(item.name)) goods.get(message).add(item.name);
  return Array.from(goods, ([message, names]) => (names.size ? `${namesOf(Array.from(names))}: ${message}` : message));
}

function namesOf(names) {
  return names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
}
