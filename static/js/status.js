// "2 not sent yet", always in sight, and behind it what waits and what was set aside.

import { isoLocal } from "./moments.js";

const SLOW_MS = 400;

export function showStatus(outbox, feedback, scope) {
  const button = document.querySelector("[data-outbox]");
  const dialog = document.getElementById("outbox-dialog");
  let slow = null;

  const count = () => {
    button.querySelector("[data-outbox-count]").textContent = outbox.aside && !outbox.waiting ? outbox.aside : outbox.waiting;
  };
  const render = () => {
    const words = wordsFor(outbox);
    button.dataset.state = words.state;
    button.querySelector("[data-outbox-words]").textContent = words.short;
    count();
    if (dialog.open) fill(dialog, outbox);
  };
  scope.on(outbox, "change", () => {
    count();
    if (!outbox.waiting || outbox.state !== "idle") render();
    clearTimeout(slow);
    if (outbox.waiting) slow = setTimeout(render, SLOW_MS); // The colour only for what does not leave at once.
  });
  scope.on(outbox, "failed", render);

  button.addEventListener("click", () => fill(dialog, outbox).then(() => dialog.open || dialog.showModal()));
  dialog.querySelector("[data-outbox-close]").addEventListener("click", () => dialog.close());
  dialog.querySelector("[data-outbox-send]").addEventListener("click", () => outbox.send());
  const volume = dialog.querySelector("[data-volume]");
  volume.value = feedback.volume * 100;
  volume.addEventListener("input", () => { feedback.volume = Number(volume.value) / 100; });
  volume.addEventListener("change", () => feedback.give("counted"));
  render();
}

function wordsFor(outbox) {
  if (outbox.waiting && outbox.state === "signed-out") return { state: "signed-out", short: "sign in to send" };
  if (outbox.waiting) return { state: "waiting", short: "not sent yet" };
  if (outbox.aside) return { state: "aside", short: "set aside" };
  return { state: "idle", short: "" };
}

async function fill(dialog, outbox) {
  const [waiting, aside] = await Promise.all([outbox.list("waiting"), outbox.list("aside")]);
  dialog.querySelector("[data-outbox-summary]").textContent = summary(outbox, waiting.length);
  dialog.querySelector("[data-outbox-sign-in]").hidden = !waiting.length || outbox.state !== "signed-out";
  const list = dialog.querySelector("[data-outbox-list]");
  list.hidden = !waiting.length;
  list.replaceWith(withRows(list, waiting.map(({ scan }) => row(scan))));
  dialog.querySelector("[data-aside]").hidden = !aside.length;
  const asideList = dialog.querySelector("[data-aside-list]");
  asideList.replaceWith(withRows(asideList, aside.map((entry) => asideRow(entry, outbox, dialog))));
}

function summary(outbox, waiting) {
  if (!waiting) return "Everything is sent.";
  if (outbox.state === "signed-out") return `${waiting} not sent yet: sign in, and they go out by themselves.`;
  if (outbox.state === "waiting") return `${waiting} not sent yet: the server could not be reached. They are safe here and go out by themselves.`;
  return `${waiting} on the way.`;
}

function withRows(list, rows) {
  const fresh = list.cloneNode(false);
  fresh.append(...rows);
  return fresh;
}

function row(scan, more = "") {
  const item = document.createElement("li");
  const code = document.createElement("span");
  code.className = "code";
  code.textContent = `${scan.code.slice(0, 60)}${scan.quantity > 1 ? ` × ${scan.quantity}` : ""}`;
  const words = document.createElement("p");
  words.className = "soft";
  words.textContent = `${scan.task}, ${isoLocal(new Date(scan.scanned_at)).slice(11, 19)}. ${more}`;
  item.append(code, words);
  return item;
}

function asideRow(entry, outbox, dialog) {
  const item = row(entry.scan, entry.why);
  const seen = document.createElement("button");
  seen.type = "button";
  seen.className = "button";
  seen.textContent = "Put away";
  seen.addEventListener("click", () => outbox.dismiss(entry.n).then(() => fill(dialog, outbox)));
  item.append(seen);
  return item;
}
