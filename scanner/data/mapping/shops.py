"""The products exports of shops, as they are: told by their header, and made a file of products. Pure.

Formats: Shopify's products CSV of both spellings, and WooCommerce's, whose header is in the language of the shop.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scanner.data.imports.codes import bare, doubt, joined_gtin, lost_zero, no_barcode, no_code, whole_gtin
from scanner.data.imports.report import MOST_LISTED, ImportProblem
from scanner.data.mapping.ours import on_their_lines
from scanner.data.mapping.theirs import Theirs, Unquoted

COLUMNS = ("sku", "name", "unit_cost", "barcode")
LONGEST_NAME = 300
_TAG = re.compile(r"<[^>]{0,2000}>")
_OPTIONS = (1, 2, 3)
_WOO_TYPES = frozenset(
    {"simple", "variable", "variation", "grouped", "external", "virtual", "downloadable", "subscription", "bundle"}
)
_WOO_LEFT = {
    "variable": "the product that its variations belong to",
    "grouped": "a group of products",
    "external": "a product that another shop sells",
    "bundle": "a bundle: bring it in as a kit",
    "virtual": "nothing that can be on a shelf",
    "downloadable": "nothing that can be on a shelf",
}
_YES = frozenset({"true", "yes", "1"})


@dataclass(frozen=True, slots=True)
class Left:
    """A row that is left out, or a cell of it, and why."""

    line: int
    words: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FromShop:
    """A file of products, and what of the shop's file is not in it. `left`: the first of `left_out` rows."""

    content: bytes
    rows: int = 0
    barcodes: int = 0
    images: int = 0
    left_out: int = 0
    left: tuple[Left, ...] = ()
    changed: tuple[Left, ...] = ()
    problems: tuple[ImportProblem, ...] = ()
    bad: int = 0


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop whose export is known. `tell`: whether a file is its own; `read`: the products of the file."""

    key: str
    title: str
    tell: Callable[[Theirs], bool]
    read: Callable[[Theirs, int | None], FromShop]


@dataclass(slots=True)
class _Found:
    """What was read of an export so far."""

    first: dict[str, int] = field(default_factory=dict)  # SKU in small letters -> line
    images: int = 0
    barcodes: int = 0
    rows: int = 0
    left_out: int = 0
    left: list[Left] = field(default_factory=list)
    changed: list[Left] = field(default_factory=list)
    problems: list[ImportProblem] = field(default_factory=list)
    bad: int = 0

    def leave(self, line: int, words: str) -> None:
        self.left_out += 1
        if len(self.left) < MOST_LISTED:
            self.left.append(Left(line, words))

    def change(self, line: int, words: str) -> None:
        if len(self.changed) < MOST_LISTED:
            self.changed.append(Left(line, words))

    def problem(self, line: int, column: str, expected: str, got: str) -> None:
        self.bad += 1
        if len(self.problems) < MOST_LISTED:
            self.problems.append(ImportProblem(line, column, expected, got))

    def product(self, line: int, sku: str, name: str, cost: str, code: str) -> tuple[int, list[str]]:
        """The row of a product. A SKU that was there already is a problem: two things would be one item."""
        if (first := self.first.setdefault(sku.lower(), line)) != line:
            self.problem(line, "sku", "a SKU of its own for each product and variant", f"{sku} again, first on line {first}")
        self.rows += 1
        barcode = self.barcode(line, code)
        self.barcodes += bool(barcode)
        return line, [sku, name[:LONGEST_NAME], cost, barcode]

    def barcode(self, line: int, cell: str) -> str:
        """A barcode as its label says it; nothing for one that no label has, which is told."""
        if not cell:
            return ""
        try:
            code = joined_gtin(whole_gtin(bare(cell)))
        except ValueError:
            code = cell
        if no_code(code) is not None:
            self.change(line, f"its barcode is left out: {cell!r} is none")
            return ""
        if full := lost_zero(code):
            self.change(line, f"its barcode {code} is {full}: the zero in front was lost")
            return full
        if expected := doubt(code) or no_barcode(code):
            self.change(line, f"its barcode {cell!r} is left out: expected {expected.partition(' (')[0]}")
            return ""
        return code


def shop_of(theirs: Theirs) -> Shop | None:
    """The shop whose products export a file is."""
    return next((shop for shop in SHOPS if shop.tell(theirs)), None)


def _from(
    theirs: Theirs, most: int | None, products: Callable[[Theirs, int | None, _Found], Iterator[tuple[int, list[str]]]]
) -> FromShop:
    found = _Found()

    def rows() -> Iterator[tuple[int, list[str]]]:
        try:
            yield from products(theirs, most, found)
        except Unquoted as error:
            found.problem(error.line, "(all)", "cells in matching quotes", str(error))

    content = on_their_lines(COLUMNS, rows())
    return FromShop(
        content=content, rows=found.rows, barcodes=found.barcodes, images=found.images, left_out=found.left_out,
        left=tuple(found.left), changed=tuple(found.changed), problems=tuple(found.problems), bad=found.bad,
    )  # fmt: skip


def _places(header: Sequence[str], aliases: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Where the columns are that have one of these names, whatever the case and the order."""
    at = {name.casefold(): number for number, name in reversed(list(enumerate(header)))}
    found = {key: next((at[name] for name in names if name in at), None) for key, names in aliases.items()}
    return {key: number for key, number in found.items() if number is not None}


def _text(cell: str) -> str:
    """Plain text of a cell that may have HTML in it."""
    return " ".join(html.unescape(_TAG.sub(" ", cell)).split())


def _sku(cell: str) -> str:
    try:
        return bare(cell)
    except ValueError:
        return cell.strip()


_SHOPIFY: dict[str, tuple[str, ...]] = {
    "handle": ("url handle", "handle"),
    "title": ("title",),
    "sku": ("sku", "variant sku"),
    "barcode": ("barcode", "variant barcode"),
    "cost": ("cost per item",),
    "price": ("price", "variant price"),
    "gift": ("gift card",),
    "image": ("product image url", "image src", "variant image url", "variant image"),
    **{f"option{n}": (f"option{n} value",) for n in _OPTIONS},
}


def _is_shopify(theirs: Theirs) -> bool:
    return {"handle", "title", "sku", "barcode", "option1"} <= _places(theirs.header, _SHOPIFY).keys()


def _shopify(theirs: Theirs, most: int | None, found: _Found) -> Iterator[tuple[int, list[str]]]:
    """A row a variant, or an image; what is the same for all variants stands in the product's first row alone."""
    at = _places(theirs.header, _SHOPIFY)
    handle = title = ""
    is_gift = False
    for line, cells in theirs.rows(most):
        said = {key: cells[number].strip() if number < len(cells) else "" for key, number in at.items()}
        if said["title"] or (said["handle"] and said["handle"] != handle):
            handle, title, is_gift = said["handle"], _text(said["title"]) or said["handle"], _is_yes(said.get("gift", ""))
        options = [_text(said.get(f"option{n}", "")) for n in _OPTIONS]
        options = [option for option in options if option and option != "Default Title"]
        sku = _sku(said["sku"])
        if is_gift and (sku or said.get("price")):
            found.leave(line, f"{title} is a gift card")
        elif sku:
            yield found.product(
                line, sku, ", ".join(filter(None, [title, " / ".join(options)])), said.get("cost", ""), said["barcode"]
            )
        elif said.get("price") or options:
            found.leave(line, f"{', '.join([title, *options])} has no SKU")
        else:
            found.images += 1


def _is_yes(cell: str) -> bool:
    return cell.lower() in _YES


_GTIN = re.compile(r"\b(?:gtin|ean|upc|isbn)\b", re.IGNORECASE)
_WOO: dict[str, tuple[str, ...]] = {
    "id": ("id",),
    "type": ("type",),
    "sku": ("sku",),
    "barcode": ("gtin, upc, ean, or isbn", "meta: _global_unique_id"),
    "name": ("name",),
    "parent": ("parent",),
    "cost": ("cost of goods", "cost of goods sold", "meta: _wc_cog_cost"),
}
_WOO_LEAST = 30
"""Columns that an export of WooCommerce has at least."""
_ATTRIBUTE = re.compile(r"attribute [0-9]+ value\(s\)")


def _woo_places(theirs: Theirs) -> dict[str, int]:
    """By name in English; in another language the first columns stand where they always do."""
    named = _places(theirs.header, _WOO)
    if named.keys() >= {"id", "type", "sku", "name"}:
        return named
    has_code = len(theirs.header) > 4 and _GTIN.search(theirs.header[3]) is not None
    return {"id": 0, "type": 1, "sku": 2, **({"barcode": 3, "name": 4} if has_code else {"name": 3})}


def _is_woo(theirs: Theirs) -> bool:
    if len(theirs.header) < _WOO_LEAST or theirs.header[0].casefold() != "id":
        return False
    types = {_types(cells[1])[0] for _, cells in theirs.first if len(cells) > 1 and cells[1].strip()}
    return bool(types) and types <= _WOO_TYPES


def _types(cell: str) -> tuple[str, ...]:
    """`simple, downloadable, virtual`."""
    return tuple(each.strip().lower() for each in cell.split(",")) or ("",)


def _woo(theirs: Theirs, most: int | None, found: _Found) -> Iterator[tuple[int, list[str]]]:
    """A row a product or a variation. Only what can be on a shelf is an item."""
    at = _woo_places(theirs)
    attributes = [number for number, name in enumerate(theirs.header) if _ATTRIBUTE.fullmatch(name.casefold())]
    parents: dict[str, str] = {}
    for line, cells in theirs.rows(most):
        said = {key: cells[number].strip() if number < len(cells) else "" for key, number in at.items()}
        sku, name, types = _sku(said["sku"]), _text(said["name"]), _types(said["type"])
        if why := next((_WOO_LEFT[each] for each in types if each in _WOO_LEFT), None):
            parents |= {key: name for key in (sku, f"id:{said['id']}") if key} if types[0] == "variable" else {}
            found.leave(line, f"{name or sku} is {why}")
        elif not sku:
            found.leave(line, f"{name} has no SKU")
        else:
            if types[0] == "variation":
                parent = parents.get(said.get("parent", ""), "")
                values = [_text(cells[number]) for number in attributes if number < len(cells)]
                name = _of_variation(name, parent, list(filter(None, values)))
            yield found.product(line, sku, name, said.get("cost", ""), said.get("barcode", ""))


def _of_variation(name: str, parent: str, values: list[str]) -> str:
    """The name of a variation: its values, where the shop named it as the product."""
    return ", ".join([name or parent, *values]) if name in ("", parent) else name


SHOPS = (
    Shop("shopify", "a products export of Shopify", _is_shopify, lambda theirs, most: _from(theirs, most, _shopify)),
    Shop("woocommerce", "a products export of WooCommerce", _is_woo, lambda theirs, most: _from(theirs, most, _woo)),
)
