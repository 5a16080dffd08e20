"""Labels as ZPL II, the language of label printers (Zebra's ZPL II Programming Guide; others speak it, too).

Whatever a code or a name holds is data: every byte beside plain letters, digits and some signs goes as hexadecimal (^FH), so that
none of it ever is a command. Lines are broken here and not by the printer (^FB), whose `\\&` would be one more thing to guard.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scanner.codes.labels import Label
from scanner.codes.typed import GS
from scanner.errors import BadRequest
from scanner.labels.layout import Layout, Line, Placed, all_as_one, lay_out, room_of
from scanner.labels.rules import Bars, Dots, Roll
from scanner.labels.symbols import Symbol, Symbology, printable

MIMETYPE = "application/x-zpl"
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -./:,()+=*#;!?%&'\"<>|@[]{}$")
_HEX = "_"
_ESCAPES = "_|#@!$%&*+;=?"  # of ^BX: one that the code has not, so that none is to be doubled
_DIGITS = re.compile(r"\d{4,}")
_MOST_MAGNIFIED = 10  # ^BQ
_CHANGE_OF_SET = {"B": ">6", "C": ">5"}
_START = {"B": ">:", "C": ">;"}
FNC1 = "\x1d"


def zpl(labels: Sequence[Label], roll: Roll, dots: Dots, *, copies: int = 1, bars: Bars = Bars.AUTO, large: bool = False) -> str:
    """One format a label, ^XA to ^XZ. Raises BadRequest for a code that cannot be drawn, or is too long for the label."""
    room = room_of(roll, 0, dots)
    bars = all_as_one(labels, room, bars)
    width, length = round(roll.width * dots.per_mm), round(roll.height * dots.per_mm)
    head = f"^XA\n^CI28\n^PW{width}\n^LL{length}\n^LH0,0\n"
    return "".join(
        head + "".join(_fields(lay_out(label, room, bars, large=large), room.width)) + f"^PQ{copies},0,0,N\n^XZ\n"
        for label in labels
    )


def _fields(layout: Layout, width: int) -> Iterator[str]:
    yield from (_text(line) for line in layout.lines if line.text.strip())
    yield from _barcode(layout.placed, width)


def _text(line: Line) -> str:
    return f"^FO{line.left},{line.top}^A0N,{line.size},{line.size}{_data(printable(line.text))}\n"


def _data(text: str) -> str:
    """A field's data, in which nothing is a command."""
    return f"^FH{_HEX}^FD{escaped(text)}^FS"


def escaped(text: str) -> str:
    """Text in UTF-8, as ^FH reads it."""
    encoded = text.encode("utf-8", "replace")
    return "".join(chr(byte) if byte in _PLAIN else f"{_HEX}{byte:02X}" for byte in encoded)


def _barcode(placed: Placed, width: int) -> Iterator[str]:
    symbol, module = placed.symbol, placed.module
    if symbol.symbology in (Symbology.CODE_128, Symbology.GS1_128):
        packed = pack(content_of(symbol))
        module = min(module, width // (packed.modules + 2 * symbol.quiet))
        yield f"{_at(placed, module)}^BY{module}^BCN,{placed.bars},N,N,N,N{_data(packed.text)}\n"
    elif symbol.symbology is Symbology.QR:
        module = min(module, _MOST_MAGNIFIED)
        content = symbol.text
        yield f"{_at(placed, module)}^BQN,2,{module}{_data(f'LM,B{len(content.encode()):04}{content}')}\n"
    elif not symbol.linear:
        content = content_of(symbol)
        escape = next((each for each in _ESCAPES if each not in content), _ESCAPES[0])
        yield f"{_at(placed, module)}^BXN,{module},200,,,,{escape},1{_data(_for_matrix(symbol, escape))}\n"
    elif symbol.symbology is Symbology.ITF_14:
        bearer, across = 3 * module, symbol.width * module
        yield f"{_at(placed, module)}^BY{module},3^B2N,{placed.bars},N,N,N{_data(symbol.text)}\n"
        for top in (placed.top, placed.top + placed.bars - bearer):
            yield f"^FO{placed.left},{top}^GB{across},{bearer},{bearer}^FS\n"
    else:
        command = {Symbology.EAN_13: "^BEN,{},N,N", Symbology.EAN_8: "^B8N,{},N,N", Symbology.UPC_A: "^BUN,{},N,N,Y"}
        said = command[symbol.symbology].format(placed.bars)
        yield f"{_at(placed, module)}^BY{module}{said}{_data(symbol.text[:-1])}\n"  # the printer adds the check digit


def _at(placed: Placed, module: int) -> str:
    """Where the bars begin: the quiet zone is left free."""
    quiet = placed.symbol.quiet * module
    return f"^FO{placed.left + quiet},{placed.top if placed.symbol.linear else placed.top + quiet}"


def content_of(symbol: Symbol) -> str:
    """What a symbol holds; FNC1 in front of element strings, and where one of them ends that says not how long it is."""
    return FNC1 + symbol.payload if symbol.symbology in (Symbology.GS1_128, Symbology.GS1_DATA_MATRIX) else symbol.text


def _for_matrix(symbol: Symbol, escape: str) -> str:
    """A Data Matrix takes FNC1 and control characters by escapes."""
    gs1 = symbol.symbology is Symbology.GS1_DATA_MATRIX
    return "".join(_for_matrix_character(each, escape, gs1) for each in content_of(symbol))


def _for_matrix_character(character: str, escape: str, gs1: bool) -> str:
    if character == FNC1 and gs1:
        return f"{escape}1"
    if character == escape:
        return escape * 2
    return f"{escape}d{ord(character):03}" if ord(character) < 32 or ord(character) == 127 else character


@dataclass(frozen=True, slots=True)
class Packed:
    """A Code 128 as ^BC takes it in mode N, which adds nothing by itself, and how wide it comes out."""

    text: str
    modules: int


def pack(content: str) -> Packed:
    """Digits two by two where that is shorter (subset C), all else one by one (subset B); FNC1 as GS.

    Raises BadRequest for what subset B does not have.
    """
    if wrong := next((each for each in content if each != GS and not " " <= each <= "~"), ""):
        raise BadRequest(f"Expected a code that can be drawn as Code 128, got the character U+{ord(wrong):04X} in it.", "code")
    text, symbols, now = "", 0, ""
    for subset, part in _parts(content):
        if subset != now:
            text += _CHANGE_OF_SET[subset] if now else _START[subset]
            symbols += 1
            now = subset
        for character in part:
            text += ">8" if character == FNC1 else ">0" if character == ">" else character
        fnc1 = part.count(FNC1)
        symbols += fnc1 + ((len(part) - fnc1) // 2 if subset == "C" else len(part) - fnc1)
    return Packed(text, 11 * (symbols + 1) + 13)


def _parts(content: str) -> Iterator[tuple[str, str]]:
    """Runs of an even number of digits as C, with the FNC1 before them; what is between as B."""
    at = 0
    for run in re.finditer(r"\x1d?(?:\d\d){2,}", content):
        start, end = run.span()
        middle = start > 0 and end < len(content)
        if middle and len(run[0]) < 6:  # going there and back costs more than it saves
            continue
        if start > at:
            yield "B", content[at:start]
        yield "C", run[0]
        at = end
    if at < len(content):
        yield "B", content[at:]
