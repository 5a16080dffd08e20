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

/** Show in `hand` what the newest of the unsent `scans` left in hand. `known` tells items. */
export function showHand(hand, scans, known) {
  const scan = scans[scans.length - 1];
  const words = hand.querySelector("[data-hand-words]");
  const item = known.find(scan.code);
  const grade = gradeOf(scan.code);
  if (item || !/^CMD-/i.test(scan.code)) {
    hand.dataset.hand = "goods";
    words.textContent = `${item ? item.name : scan.code}: now its grade`;
  } else if (WHY.test(scan.code)) {
    hand.dataset.hand = "why";
    words.textContent = `Why ${grade}?`;
  } else if (grade) {
    hand.dataset.hand = "goods";
    words.textContent = `Graded ${grade}`;
  }
  hand.dataset.grade = grade || "";
  hand.querySelector("[data-evidence]").hidden = false;
  pressGrade(hand);
}

/** Mark the button of the grade that the goods in hand have. */
export function pressGrade(hand) {
  for (const button of document.querySelectorAll("[data-grades]")) {
    button.setAttribute("aria-pressed", String(button.dataset.grades === hand.dataset.grade));
  }
}
