// @ts-check
// The sound and the buzz of each signal, for a person who is not looking at the page. They differ in rhythm and not only in
// pitch: floors are loud, and people hear differently.

/** @typedef {[frequency: number, start: number, length: number, wave: OscillatorType]} Tone Hz, s, s */
/** @typedef {{tones: Tone[], buzz: number[]}} Pattern the tones, and ms of buzz and pause in turn */

/** @type {Readonly<Record<string, Pattern>>} */
const SIGNALS = {
  counted: { tones: [[1760, 0, 0.07, "sine"]], buzz: [40] },
  complete: { tones: [[1319, 0, 0.09, "sine"], [1976, 0.12, 0.16, "sine"]], buzz: [40, 40, 90] },
  over: { tones: [[1760, 0, 0.07, "sine"], [440, 0.12, 0.07, "square"], [440, 0.24, 0.07, "square"]], buzz: [40, 60, 120, 60, 120] },
  held: { tones: [[294, 0, 0.2, "square"], [294, 0.3, 0.2, "square"]], buzz: [200, 100, 200] },
  duplicate: { tones: [[622, 0, 0.06, "square"], [622, 0.1, 0.06, "square"], [622, 0.2, 0.06, "square"]], buzz: [60, 40, 60, 40, 60] },
  refused: { tones: [[131, 0, 0.65, "sawtooth"]], buzz: [600] },
  "too-many": { tones: [[523, 0, 0.05, "square"], [523, 0.08, 0.05, "square"], [523, 0.16, 0.05, "square"], [523, 0.24, 0.05, "square"], [196, 0.36, 0.3, "sawtooth"]], buzz: [40, 30, 40, 30, 40, 30, 40, 60, 300] },
  "not-on-order": { tones: [[165, 0, 0.28, "sawtooth"], [165, 0.36, 0.1, "sawtooth"]], buzz: [280, 80, 100] },
  "wrong-shelf": { tones: [[392, 0, 0.09, "square"], [262, 0.12, 0.09, "square"], [392, 0.36, 0.09, "square"], [262, 0.48, 0.09, "square"]], buzz: [90, 30, 90, 150, 90, 30, 90] },
  located: { tones: [[988, 0, 0.04, "sine"], [988, 0.09, 0.2, "sine"]], buzz: [30, 50, 120] },
  undone: { tones: [[1319, 0, 0.14, "sine"], [659, 0.16, 0.05, "sine"]], buzz: [120, 40, 30] },
  finished: { tones: [[784, 0, 0.1, "sine"], [1047, 0.13, 0.1, "sine"], [1568, 0.26, 0.3, "sine"]], buzz: [60, 60, 60, 60, 240] },
  kept: { tones: [[2400, 0, 0.012, "triangle"]], buzz: [15] },
  times: { tones: [[1047, 0, 0.03, "triangle"], [1047, 0.06, 0.03, "triangle"]], buzz: [15, 30, 15] },
};

/** From the mildest signal to the gravest. A graver one interrupts a milder one. */
const GRAVITY = ["kept", "times", "counted", "located", "undone", "complete", "finished", "over", "duplicate", "wrong-shelf", "too-many", "not-on-order", "held", "refused"];

const VOLUME = "scanner.volume";

export class Feedback {
  /**
   * @param {object} options
   * @param {(locked: boolean) => void} options.onLocked hears whether the browser still waits for a first touch or key before it
   *   lets sound out
   */
  constructor({ onLocked }) {
    this.onLocked = onLocked;
    this.until = 0; // when the signal that plays ends
    this.playing = "kept";
    /** @type {AudioContext | null} made at the first touch or key: before that no browser lets sound out */
    this.context = null;
    /** @type {GainNode | null} */
    this.out = null;
    const unlock = () => this.unlock();
    for (const type of ["pointerdown", "click", "touchend", "keydown"]) document.addEventListener(type, unlock, true);
    this.watch();
  }

  /** From 0 to 1. */
  get volume() {
    const kept = localStorage.getItem(VOLUME);
    return kept === null ? 0.8 : Number(kept);
  }

  set volume(value) {
    localStorage.setItem(VOLUME, String(value));
    this.watch();
  }

  unlock() {
    const Context = window.AudioContext || window.webkitAudioContext;
    if (!this.context && Context) this.context = new Context();
    if (this.context && this.context.state !== "running") this.context.resume().then(() => this.watch(), () => {});
    else this.watch();
  }

  /**
   * Sound and buzz for a signal, unless something graver still sounds.
   * @param {string | undefined} signal
   */
  give(signal) {
    const pattern = signal && SIGNALS[signal];
    if (!pattern) return;
    const now = performance.now();
    if (now < this.until && GRAVITY.indexOf(signal) < GRAVITY.indexOf(this.playing)) return;
    const [, start, length] = pattern.tones[pattern.tones.length - 1];
    this.until = now + (start + length) * 1000;
    this.playing = signal;
    document.body.dataset.heard = signal;
    if ("vibrate" in navigator && (!navigator.userActivation || navigator.userActivation.hasBeenActive)) navigator.vibrate(pattern.buzz);
    this._sound(pattern.tones);
  }

  /** @param {Tone[]} tones */
  _sound(tones) {
    const { context } = this;
    if (!context || context.state !== "running" || !this.volume) return;
    if (this.out) this.out.gain.setTargetAtTime(0, context.currentTime, 0.005);
    const out = context.createGain();
    out.gain.value = this.volume;
    out.connect(context.destination);
    this.out = out;
    for (const tone of tones) play(tone, context, out);
  }

  /** Say again whether sound is locked, for a new page. */
  watch() {
    this.onLocked(this.volume > 0 && !(this.context && this.context.state === "running"));
  }
}

/**
 * The gravest of many signals, to sound once for a batch.
 * @param {string[]} signals
 */
export function gravest(signals) {
  return signals.reduce((worst, signal) => (GRAVITY.indexOf(signal) > GRAVITY.indexOf(worst) ? signal : worst), "kept");
}

/**
 * @param {Tone} tone
 * @param {AudioContext} context
 * @param {AudioNode} out
 */
function play([frequency, start, length, wave], context, out) {
  const from = context.currentTime + start;
  const loudness = wave === "sine" || wave === "triangle" ? 0.9 : 0.4; // the other waves sound louder
  const tone = context.createOscillator();
  const gain = context.createGain();
  tone.type = wave;
  tone.frequency.value = frequency;
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(loudness, from + 0.004);
  gain.gain.setValueAtTime(loudness, from + length);
  gain.gain.linearRampToValueAtTime(0, from + length + 0.01);
  tone.connect(gain).connect(out);
  tone.start(from);
  tone.stop(from + length + 0.02);
}
