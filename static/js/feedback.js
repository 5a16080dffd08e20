// Every outcome has a sound and a buzz of its own rhythm, not of its own pitch alone: floors are loud, and people hear
// differently. Colour, sign and words are in the page; this is for who does not look at it.

/** Signal -> tones [frequency Hz, start s, length s, wave], and a vibration pattern in ms. */
const SIGNALS = {
  counted: { tones: [[1760, 0, 0.07, "sine"]], buzz: [40] },
  complete: { tones: [[1319, 0, 0.09, "sine"], [1976, 0.12, 0.16, "sine"]], buzz: [40, 40, 90] },
  held: { tones: [[294, 0, 0.2, "square"], [294, 0.3, 0.2, "square"]], buzz: [200, 100, 200] },
  duplicate: { tones: [[622, 0, 0.06, "square"], [622, 0.1, 0.06, "square"], [622, 0.2, 0.06, "square"]], buzz: [60, 40, 60, 40, 60] },
  refused: { tones: [[131, 0, 0.65, "sawtooth"]], buzz: [600] },
  located: { tones: [[988, 0, 0.04, "sine"], [988, 0.09, 0.2, "sine"]], buzz: [30, 50, 120] },
  undone: { tones: [[1319, 0, 0.14, "sine"], [659, 0.16, 0.05, "sine"]], buzz: [120, 40, 30] },
  finished: { tones: [[784, 0, 0.1, "sine"], [1047, 0.13, 0.1, "sine"], [1568, 0.26, 0.3, "sine"]], buzz: [60, 60, 60, 60, 240] },
  kept: { tones: [[2400, 0, 0.012, "triangle"]], buzz: [15] },
  times: { tones: [[1047, 0, 0.03, "triangle"], [1047, 0.06, 0.03, "triangle"]], buzz: [15, 30, 15] },
};

/** What must not be talked over by something milder. */
const GRAVITY = ["kept", "times", "counted", "located", "undone", "complete", "finished", "duplicate", "held", "refused"];

const VOLUME = "scanner.volume";

export class Feedback {
  /** `onLocked(bool)` says whether the browser still waits for a first touch or key before it lets sound out. */
  constructor({ onLocked }) {
    this.onLocked = onLocked;
    this.until = 0;
    this.playing = "kept";
    const unlock = () => this.unlock();
    for (const type of ["pointerdown", "click", "touchend", "keydown"]) document.addEventListener(type, unlock, true);
    this.context = null; // made at the first touch or key: before that no browser lets sound out
    this.watch();
  }

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

  /** Sound and shake for a signal, unless something graver still sounds. */
  give(signal) {
    const pattern = SIGNALS[signal];
    if (!pattern) return;
    const now = performance.now();
    if (now < this.until && GRAVITY.indexOf(signal) < GRAVITY.indexOf(this.playing)) return;
    const [, start, length] = pattern.tones[pattern.tones.length - 1];
    this.until = now + (start + length) * 1000;
    this.playing = signal;
    document.body.dataset.heard = signal;
    if (navigator.vibrate && (!navigator.userActivation || navigator.userActivation.hasBeenActive)) navigator.vibrate(pattern.buzz);
    this._sound(pattern.tones);
  }

  _sound(tones) {
    if (!this.context || this.context.state !== "running" || !this.volume) return;
    if (this.out) this.out.gain.setTargetAtTime(0, this.context.currentTime, 0.005);
    this.out = this.context.createGain();
    this.out.gain.value = this.volume;
    this.out.connect(this.context.destination);
    for (const tone of tones) this._tone(...tone);
  }

  _tone(frequency, start, length, wave) {
    const from = this.context.currentTime + start;
    const tone = this.context.createOscillator();
    const gain = this.context.createGain();
    tone.type = wave;
    tone.frequency.value = frequency;
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(wave === "sine" || wave === "triangle" ? 0.9 : 0.4, from + 0.004);
    gain.gain.setValueAtTime(wave === "sine" || wave === "triangle" ? 0.9 : 0.4, from + length);
    gain.gain.linearRampToValueAtTime(0, from + length + 0.01);
    tone.connect(gain).connect(this.out);
    tone.start(from);
    tone.stop(from + length + 0.02);
  }

  /** Say anew whether sound is locked: a fresh page does not know yet. */
  watch() {
    this.onLocked(this.volume > 0 && !(this.context && this.context.state === "running"));
  }
}

/** The gravest of many signals: what one sound should say of a batch. */
export function gravest(signals) {
  return signals.reduce((worst, signal) => (GRAVITY.indexOf(signal) > GRAVITY.indexOf(worst) ? signal : worst), "kept");
}
