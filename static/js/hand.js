// What is in hand on the returns bench, as far as the device knows while scans wait to be sent: so that goods can be
// graded by touch without a network. The server's own word takes its place.

const GRADE = /^CMD-(RESTOCK|REFURBISH|QUARANTINE|DAMAGED|VENDOR|SCRAP)(-[A-Z0-9]+)?$/i;
const WHY = /^CMD-(DAMAGED|VENDOR|SCRAP)$/i;
const NAMES = { vendor: "return to vendor" };

/** "damaged", where the code is a grade, else null. */
export function gradeOf(code) {
  const said = GRADE.exec(code);
  return said ? NAMES[said[1].toLowerCase()] || said[1].toLowerCase() : null;
}

/** Show in `section` what the newest of the unsent `scans` left in hand. `known` tells items. */
export function showHand(section, scans, known) {
  const scan = scans[scans.length - 1];
  const words = section.querySelector("[data-hand-words]");
  const item = known.find(scan.code);
  const grade = gradeOf(scan.code);
  const isCommand = /^CMD-/i.test(scan.code);
  if (item || (!isCommand && !grade)) {
    section.dataset.hand = "goods";
    words.textContent = `${item ? item.name : scan.code}: now its grade`;
  } else if (WHY.test(scan.code)) {
    section.dataset.hand = "why";
    words.textContent = `Why ${grade}?`;
  } else if (grade) {
    section.dataset.hand = "goods";
    words.textContent = `Graded ${grade}`;
  }
  for (const button of section.querySelectorAll("[aria-pressed]")) button.removeAttribute("aria-pressed");
  section.querySelector("[data-evidence]").hidden = false;
}
