"""Cells that hold a code: what is taken off them, and which are no code that a label has. Pure rules."""

from __future__ import annotations

import re

from scanner.codes.commands import PREFIX
from scanner.codes.numbers import GTIN_LENGTHS, check_digit, expand_upce, gtin_of_isbn, has_check_digit, is_gtin
from scanner.spelling import legible

OWN = "if it is a number of your own, say yes in a column “own”"
"""How a barcode is taken that would be doubted."""

_MARKED = re.compile(r"""=?\s*["“”„](.+)["“”]|['‘’](.+?)['’]?""", re.DOTALL)

_AS_TEXT = "format the column as text, and put the codes in again"
_NOTHING = frozenset(
    {
        "n/a", "n.a", "na", "n/v", "k.a", "k. a", "nan", "nil", "none", "null", "undefined", "unknown", "tbd", "tba", "tbc",
        "todo", "to be confirmed", "exempt", "gtin exempt", "does not apply", "doesn't apply", "not applicable",
        "not available", "nicht zutreffend", "trifft nicht zu", "entfällt", "kein", "keine", "keine angabe",
        "nicht vorhanden", "unbekannt", "non applicable", "sans objet", "ne s'applique pas", "aucun", "non applicabile",
        "non si applica", "nessuno", "no aplicable", "no aplica", "no se aplica", "ninguno", "não aplicável", "não se aplica",
        "niet van toepassing", "geen", "nie dotyczy", "brak", "ej tillämpligt", "saknas", "ikke relevant", "不适用", "該当なし",
    }
)  # fmt: skip
"""What feeds and people write where there is no code, in small letters and without signs round it."""
_WITHOUT = re.compile(
    r"(?:no|without|missing|ohne|keine?|sans|sin|sem|senza|zonder|geen|brak) (?:bar ?code|ean|upc|gtin|isbn|sku|code)\b"
)
_ROUND_WORDS = " -–—_.,:;!?¿¡'\"()[]{}<>*/\\|#+~"
_TOTALS = frozenset(
    {
        "total", "totals", "grand total", "subtotal", "sub total", "sum", "summe", "gesamt", "gesamtsumme", "zwischensumme",
        "total general", "totale", "totaal", "suma", "somme", "razem",
    }
)  # fmt: skip
_ERROR = re.compile(
    r"#(?:N/?[ADVB]|I/T|N/DISP|NV|SAKNAS!?|[¡¿]?[A-ZÄÖÜÅØÉÈÇŁĄŻ/_0]+[!?])"
    r"|(?:err|error|fehler|erreur|fout|errore)\s*:\s*[0-9]{3}",
    re.IGNORECASE,
)
_FORMULA = re.compile(r"=(?!\s*[\"“”„].+[\"“”]$)", re.DOTALL)

_DASHES = "\u2012\u2013\u2014\u2212"
_HYPHENS = dict.fromkeys([0x2010, 0x2011, 0xFE63], "-")
_LOOKS_LATIN = re.compile("[АВЕЗІКМНОРСТУХаеоріѕсухјΑΒΕΖΗΙΚΜΝΟΡΤΥΧο]")  # Cyrillic and Greek letters
_PLAIN_LETTER = re.compile("[A-Za-z]")
_TIDY = re.compile(r"[A-Za-z][A-Za-z0-9._-]*|[0-9]{1,16}")
_POWER = re.compile(r"[+-]?(?:[0-9]+[.,][0-9]+E[+-]?[0-9]+|[0-9]+E\+[0-9]+)", re.IGNORECASE)
_DECIMALS = re.compile(r"([0-9]+)[.,]0+")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:(?:[,'][0-9]{3}){2,}|(?:\.[0-9]{3}){3,})")
_ROUNDED = re.compile(r"[0-9]{15}00+")  # with one zero alone it may be by chance
_BETWEEN = re.compile(r"[\r\n\t;|]+|,\s+|\s+(?:/|,|&|\+|and|or|und|oder|et|ou|y|e)\s+")
_BETWEEN_DIGITS = re.compile(r"[\s/,&+]+")
_IN_PARTS = re.compile(r"[0-9]+(?:[- ][0-9]+)+")
_LABEL = re.compile(r"<GS>|\{GS\}|\[GS\]|\^\]|\u241d", re.IGNORECASE)
_DRESS = re.compile(
    r"^(?:(?:ean|upc|gtin|isbn|jan|barcode)(?:-?(?:8|1[0234]|[ae]))?\b)?[^0-9a-z]+|(?: [(\[a-z].*|[^0-9a-z]+)$", re.IGNORECASE
)
_WHOLE_POWER = re.compile(r"([0-9]+)E([0-9]{1,2})", re.IGNORECASE)
_PLAIN = re.compile(r"(?!CMD-)[A-Z][A-Z0-9._-]*[0-9][A-Z0-9._-]*|(?!0+$)[0-9]{1,16}", re.IGNORECASE)


def is_plain(cell: str) -> bool:
    """Whether the cell is a code of the usual kind, about which no rule has anything to say: most cells are."""
    return _PLAIN.fullmatch(cell) is not None


def bare(cell: str) -> str:
    """The cell without the marks that spreadsheets put round text (`'036`, `="036"`, quotes), and without unseen characters.

    Raises ValueError for a formula that nobody worked out.
    """
    if cell.isalnum() and cell.isascii():
        return cell
    text = legible(cell).translate(_HYPHENS)
    if _FORMULA.match(text):
        raise ValueError("a value, not a formula (copy the column, and paste it as values)")
    while marked := _MARKED.fullmatch(text):
        text = (marked[1] or marked[2]).strip()
    return text


def is_error(cell: str) -> bool:
    """Whether the cell is what a spreadsheet shows for a formula that failed, in any of its languages."""
    return cell[:1] in "#EeFf" and _ERROR.fullmatch(cell) is not None


def no_code(text: str) -> str | None:
    """What was expected in place of a text that can never be a code; None for one that can."""
    word = text.lower().strip(_ROUND_WORDS)
    if is_error(text) or not text.strip("#"):
        return "a code, not the error of a formula (mend the formula, or leave the cell blank)"
    if not word or word in _NOTHING or _WITHOUT.match(word):
        return "a code (where there is none, leave the cell blank or the row out)"
    if word in _TOTALS:
        return "a code (leave out the row of totals)"
    if text[:4].upper() == PREFIX:
        return f"a code that is not a command: labels beginning with {PREFIX} are commands"
    if text.isascii():
        return None
    if "\ufffd" in text:
        return "a code without �, which stands for a character that was lost (save as “CSV UTF-8”)"
    if any(each.isdecimal() and not each.isascii() for each in text):
        return "a code in the digits 0 to 9"
    if any(dash in text for dash in _DASHES):
        return "a code with plain hyphens, where a word processor made dashes of them"
    if (other := _LOOKS_LATIN.search(text)) and _PLAIN_LETTER.search(text):
        return f"a code in one alphabet: its {other[0]} only looks like a Latin letter"
    return None


def doubt(text: str) -> str | None:
    """What was expected in place of a text that some program has most likely spoilt; None for a sound code."""
    if _TIDY.fullmatch(text) and text.strip("0"):
        return None
    if _POWER.fullmatch(text):
        return f"every digit of the code: a spreadsheet made a power of ten of it ({_AS_TEXT})"
    if not text.strip("0.,"):
        return "a code that is not zero"
    if _DECIMALS.fullmatch(text) or _THOUSANDS.fullmatch(text):
        return f"a code as its label says it, not as a number ({_AS_TEXT})"
    if _ROUNDED.fullmatch(text) and not (len(text) == 18 and has_check_digit(text)):
        return f"every digit of the code: a spreadsheet keeps fifteen, and made the others zeros ({_AS_TEXT})"
    if _are_several(text):
        return "one code in a cell (use a row for each)"
    if text[0] == text[-1] == "*" and len(text) > 2:
        return "a code without asterisks: Code 39 begins and ends with them, and no scanner sends them"
    if text[-1] in ";,|" or text[0] in ";,|":
        return f"a code without {text[-1] if text[-1] in ';,|' else text[0]!r} at its end"
    return None


def whole_gtin(text: str) -> str:
    """A GTIN that a program made a number (`4006381333931.0`): without the `.0`, where its check digit fits. Else the text."""
    number = None if text.isalnum() else _DECIMALS.fullmatch(text)
    return number[1] if number and is_gtin(number[1]) else text


def joined_gtin(text: str) -> str:
    """A GTIN that is printed in parts (`4 006381 333931`, `978-0-306-40615-7`) as one number, where its check digit fits.

    Else the text: with hyphens eight digits are more likely a code of the shop's own.
    """
    if text.isalnum() or not _IN_PARTS.fullmatch(text):
        return text
    digits = text.replace(" ", "")
    if len(digits) > 12:
        digits = digits.replace("-", "")
    return digits if is_gtin(digits) else text


def lost_zero(digits: str) -> str | None:
    """The number that these digits are most likely, with the zero in front that a spreadsheet took; None for any other text.

    UPC-A has 12 digits, GTIN-8 and UPC-E have 8, an ISBN has 10, an SSCC has 18.
    """
    zeros = {7: "0", 9: "0", 10: "00", 11: "0", 17: "0"}.get(len(digits))
    if zeros is None or not (digits.isascii() and digits.isdigit()):
        return None
    if digits[0] == "0" or (len(digits) == 10 and gtin_of_isbn(digits)):  # what takes zeros takes all of them
        return None
    full = zeros + digits
    if len(full) == 10:
        return full if gtin_of_isbn(full) else None
    return full if has_check_digit(full) or (len(full) == 8 and has_check_digit(expand_upce(full))) else None


def with_zeros(text: str) -> list[str]:
    """A number with one to six zeros in front, as it may have been before a spreadsheet took them. None of any other text."""
    is_number = text.isascii() and text.isdigit() and text[0] != "0"
    return ["0" * zeros + text for zeros in range(1, 7)] if is_number else []


def no_barcode(text: str) -> str | None:
    """What was expected in place of a number that is most likely a retail code with a fault; None for any other text."""
    if full := lost_zero(text):
        return f"a code with its zeros: {full} has a check digit that fits ({_AS_TEXT}; {OWN})"
    if (power := _WHOLE_POWER.fullmatch(text)) and len(power[1]) + int(power[2]) in GTIN_LENGTHS:
        return f"every digit of the code: a spreadsheet made a power of ten of it ({_AS_TEXT}; {OWN})"
    if _LABEL.search(text):
        return f"the number of the item alone, and not the whole label ({OWN})"
    if (alone := _DRESS.sub("", text)) != text and (is_gtin(joined_gtin(alone)) or (len(alone) == 10 and alone.isdigit())):
        return f"the number alone: {alone} ({OWN})"
    if not (text.isascii() and text.isdigit() and len(text) in GTIN_LENGTHS) or has_check_digit(text):
        return None
    if len(text) == 8 and text[0] in "01" and has_check_digit(expand_upce(text)):
        return None
    return f"a GTIN whose check digit fits: {check_digit(text[:-1])} for the last digit (compare with the label; {OWN})"


def is_own(code: str) -> bool:
    """Whether a barcode is taken only as a number of the shop's own."""
    return (doubt(code) or no_barcode(code)) is not None


def as_own(code: str) -> str | None:
    """What was expected in place of a code that is taken only as a number of the shop's own, without how a file says so."""
    expected = doubt(code) or no_barcode(code)
    return expected.replace(f"; {OWN}", "").replace(f" ({OWN})", "") if expected else None


def _are_several(text: str) -> bool:
    parts = [part.strip() for part in _BETWEEN.split(text)]
    if len(parts) > 1 and all(len(part) > 2 and any(map(str.isdigit, part)) for part in parts if part):
        return sum(map(bool, parts)) > 1
    numbers = _BETWEEN_DIGITS.split(text)
    return len(numbers) > 1 and sum(number.isdigit() and len(number) > 6 for number in numbers) > 1
