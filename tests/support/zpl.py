"""Reads ZPL II as strictly as the manual says, and draws it: a label of which anything is doubtful is not a label.

`parse` knows only the commands that are wanted here; `draw_fields` draws the barcodes with our own symbols, `render` with a
renderer of somebody else's (tests/javascript/zpl_to_png.js), which has none for EAN-8 and UPC-A.
"""

from __future__ import annotations

import base64
import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw
from reportlab.graphics.barcode.code128 import _patterns

from scanner.codes.numbers import check_digit
from scanner.labels.symbols import Symbology, draw

SCRIPT = Path(__file__).parent.parent / "javascript" / "zpl_to_png.js"
_COMMAND = re.compile(r"\^(XA|XZ|CI|PW|LL|LH|PQ|FO|FH|FD|FS|BY|BC|BE|B8|BU|B2|BX|BQ|GB|A0)([^^~]*)")
_PARAMETERS = {
    "XA": r"", "XZ": r"", "CI": r"28", "PW": r"[1-9]\d{1,4}", "LL": r"[1-9]\d{1,4}", "LH": r"0,0",
    "PQ": r"([1-9]\d{0,3}),0,0,N", "FO": r"(\d{1,5}),(\d{1,5})", "FH": r"_", "FS": r"", "BY": r"([1-9]|10)(?:,[23])?",
    "BC": r"N,([1-9]\d*),N,N,N,N", "BE": r"N,([1-9]\d*),N,N", "B8": r"N,([1-9]\d*),N,N", "BU": r"N,([1-9]\d*),N,N,Y",
    "B2": r"N,([1-9]\d*),N,N,N", "BX": r"N,([1-9]\d*),200,,,,([_|#@!$%&*+;=?]),1", "BQ": r"N,2,([1-9]|10)", "GB": r"\d+,\d+,\d+",
    "A0": r"N,([1-9]\d+),([1-9]\d+)",
}  # fmt: skip


@dataclass
class Field:
    """One field: where, which command, its size (module or height), the height of bars, and the data after ^FH."""

    left: int
    top: int
    command: str
    size: int
    bars: int
    data: str
    escape: str = ""


@dataclass
class ParsedLabel:
    """One label."""

    width: int
    length: int
    copies: int
    fields: list[Field]

    def texts(self) -> list[str]:
        return [field.data for field in self.fields if field.command == "A0"]

    def barcode(self) -> Field:
        (found,) = (field for field in self.fields if field.command.startswith("B"))
        return found


def parse(text: str) -> list[ParsedLabel]:
    """The labels; AssertionError for anything that is not as it should be."""
    assert all(each == "\n" or " " <= each <= "~" for each in text), "a control character, or one outside ASCII"
    labels: list[ParsedLabel] = []
    rest, inside = text, False
    width = length = 0
    at = (0, 0)
    module, command, bars, hexadecimal, escape = 2, "", 0, False, ""
    while rest:
        found = _COMMAND.match(rest)
        assert found, f"no command: {rest[:40]!r}"
        rest = rest[found.end() :]
        name, said = found[1], found[2].rstrip("\n") if found[1] != "FD" else found[2]
        assert name == "FD" or re.fullmatch(_PARAMETERS[name], said), f"^{name}{said}"
        assert inside == (name != "XA"), f"^{name} outside of a format, or ^XA within one"
        if name == "XA":
            inside, fields, copies = True, [], 1
        elif name == "XZ":
            inside = False
            labels.append(ParsedLabel(width, length, copies, fields))
        elif name == "PW":
            width = int(said)
        elif name == "LL":
            length = int(said)
        elif name == "PQ":
            copies = int(said.split(",")[0])
        elif name == "FO":
            at, command, hexadecimal = tuple(map(int, said.split(","))), "", False
            assert at[0] < width and at[1] < length, "a field outside of the label"
        elif name == "BY":
            module = int(said.split(",")[0])
        elif name == "FH":
            hexadecimal = True
        elif name == "A0":
            command, size = name, int(said.split(",")[1])
        elif name.startswith("B"):
            command, numbers = name, re.fullmatch(_PARAMETERS[name], said)
            matrix = name in ("BX", "BQ")
            size, bars = (int(numbers[1]), 0) if matrix else (module, int(numbers[1]))
            escape = numbers[2] if name == "BX" else ""
        elif name == "FD":
            assert command and hexadecimal, "data without ^FH, or of no field"
            assert not re.search(r"_(?![0-9A-F]{2})", said), "an escape that is none"
            data = re.sub(rb"_([0-9A-F]{2})", lambda each: bytes([int(each[1], 16)]), said.encode()).decode("utf-8")
            fields.append(Field(*at, command, size, bars, data, escape))
    assert not inside, "a format without an end"
    return labels


def content(field: Field) -> tuple[Symbology, str]:
    """What a barcode's field says, read as the printer reads it."""
    if field.command == "BC":
        text, _ = code_128(field.data)
        return (Symbology.GS1_128, text[1:]) if text[:1] == "\x1d" else (Symbology.CODE_128, text)
    if field.command == "BX":
        text = re.sub(rf"[{re.escape(field.escape)}](1|[{re.escape(field.escape)}]|d\d{{3}})", _of_matrix, field.data)
        return (Symbology.GS1_DATA_MATRIX, text[1:]) if text[:1] == "\x1d" else (Symbology.DATA_MATRIX, text)
    if field.command == "BQ":
        _level, count, text = re.fullmatch(r"(?s)([HQML])M,B(\d{4})(.*)", field.data).groups()
        assert int(count) == len(text.encode())
        return Symbology.QR, text
    digits = {"BE": 12, "B8": 7, "BU": 11, "B2": 14}[field.command]
    assert re.fullmatch(rf"\d{{{digits}}}", field.data)
    names = {"BE": Symbology.EAN_13, "B8": Symbology.EAN_8, "BU": Symbology.UPC_A, "B2": Symbology.ITF_14}
    return names[field.command], field.data


def _of_matrix(found: re.Match[str]) -> str:
    said = found[1]
    return "\x1d" if said == "1" else chr(int(said[1:])) if said[1:] else said


def code_128(data: str) -> tuple[str, list[int]]:
    """Mode N of ^BC: what it holds (FNC1 as GS), and the values of its characters. `>` invokes."""
    assert data[:2] in (">:", ">;")
    subset, text, at = ("B" if data[1] == ":" else "C"), "", 2
    values = [104 if subset == "B" else 105]
    while at < len(data):
        pair = data[at : at + 2]
        if pair[0] == ">" and pair[1] in "56":
            assert subset != ("C" if pair[1] == "5" else "B"), "in that subset already"
            subset = "C" if pair[1] == "5" else "B"
            values.append(99 if subset == "C" else 100)
        elif pair == ">8":
            text += "\x1d"
            values.append(102)
        elif subset == "C":
            assert re.fullmatch("[0-9]{2}", pair), pair
            text += pair
            values.append(int(pair))
        else:
            assert pair == ">0" or pair[0] != ">", pair
            text += pair[0]
            values.append(ord(pair[0]) - 32)
            at -= pair != ">0"
        at += 2
    return text, values


def picture(label: ParsedLabel) -> Image.Image:
    """The label with its barcode, drawn with our own symbols where and as large as its field says."""
    image = Image.new("L", (label.width, label.length), 255)
    pen, field = ImageDraw.Draw(image), label.barcode()
    for x, y, w, h in _boxes(field):
        left, top = field.left + x * field.size, field.top + y * field.size
        pen.rectangle((left, top, left + w * field.size - 1, top + (field.bars or h * field.size) - 1), fill=0)
    return image


def _boxes(field: Field) -> list[tuple[int, int, int, int]]:
    """The dark boxes in modules. Of a Code 128 each character is drawn that the field names, in the subset that it names."""
    if field.command == "BC":
        _, values = code_128(field.data)
        check = (values[0] + sum(place * value for place, value in enumerate(values[1:], 1))) % 103
        return list(_bars("".join(_patterns[value] for value in (*values, check, 106))))
    symbology, text = content(field)
    symbol = draw(_with_check_digit(symbology, text), symbology)
    return [(x, y, w, 1) for y, row in enumerate(symbol.rows) for x, w in row]


def _bars(pattern: str) -> Iterator[tuple[int, int, int, int]]:
    """`BaC`: a bar of two modules, a space of one, a bar of three."""
    at = 0
    for each in pattern:
        wide = "abcd".index(each.lower()) + 1
        if each.isupper():
            yield at, 0, wide, 1
        at += wide


def _with_check_digit(symbology: Symbology, text: str) -> str:
    return text + str(check_digit(text)) if symbology in (Symbology.EAN_13, Symbology.EAN_8, Symbology.UPC_A) else text


def png(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def render(node: str, text: str, width_mm: float, height_mm: float, dots_per_mm: int) -> list[bytes]:
    """The labels as pictures, by the renderer."""
    asked = json.dumps({"zpl": text, "width": width_mm, "height": height_mm, "dots": dots_per_mm})
    done = subprocess.run([node, str(SCRIPT)], input=asked, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    return [base64.b64decode(each) for each in json.loads(done.stdout)]
