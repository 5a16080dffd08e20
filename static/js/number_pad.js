// Scan one, type how many: a pad of digits under the thumb, for the scan just made or for the next one.

const MOST_DIGITS = 5;

/** Bring the pad of a scan page to life, where it has one. */
export function numberPad(page, scope) {
  const pad = document.querySelector("[data-number-pad]");
  if (!pad) return;
  const part = (name) => pad.querySelector(`[data-pad-${name}]`);
  let digits = "";
  const number = () => Number(digits || 1);

  function show() {
    const last = countable(page);
    part("number").textContent = number().toLocaleString("en");
    part("words").textContent = last ? `Just scanned: ${nameOf(last)} × ${last.quantity.toLocaleString("en")}. How many is that?` : "How many does the next scan stand for?";
    part("last").hidden = !last;
    part("last").disabled = !last || number() <= last.quantity;
  }

  function close() {
    pad.close();
    digits = "";
  }

  scope.on(document, "click", ({ target }) => {
    if (!target.closest("[data-open-pad]")) return;
    digits = "";
    show();
    pad.showModal();
  });
  pad.addEventListener("click", (event) => {
    const key = event.target.closest("[data-pad-digit]");
    if (!key) return;
    digits = key.dataset.padDigit ? (digits + key.dataset.padDigit).replace(/^0+/, "").slice(0, MOST_DIGITS) : digits.slice(0, -1);
    show();
  });
  part("close").addEventListener("click", close);
  part("next").addEventListener("click", () => {
    page.take(`CMD-QTY-${number()}`, "typed");
    close();
  });
  part("last").addEventListener("click", () => {
    const last = countable(page);
    const whole = number();
    close();
    page.take(last.code, "typed", { quantity: whole - last.quantity });
    page.last = { ...last, quantity: whole };
  });
}

/** The scan just made, where it is of goods. */
function countable({ last, places }) {
  return last && !/^CMD-/i.test(last.code) && !places.has(last.code) ? last : null;
}

/** What the page calls the goods, once the server has answered. */
function nameOf(last) {
  const name = document.querySelector("#result .result__item");
  const waits = document.getElementById("result").dataset.signal === "kept";
  return name && !waits ? name.textContent : last.code.slice(0, 40);
}
