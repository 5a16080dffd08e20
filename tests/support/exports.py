"""Products exports of shops as they are: all their columns, in their order and dialect, and a few rows of each."""

from __future__ import annotations

import csv
from io import StringIO

SHOPIFY = (
    "Title", "URL handle", "Description", "Vendor", "Product category", "Type", "Tags", "Published on online store", "Status",
    "SKU", "Barcode", "Option1 name", "Option1 value", "Option1 Linked To", "Option2 name", "Option2 value", "Option2 Linked To",
    "Option3 name", "Option3 value", "Option3 Linked To", "Price", "Compare-at price", "Cost per item", "Charge tax", "Tax code",
    "Unit price total measure", "Unit price total measure unit", "Unit price base measure", "Unit price base measure unit",
    "Inventory tracker", "Inventory quantity", "Continue selling when out of stock", "Weight value (grams)",
    "Weight unit for display", "Requires shipping", "Fulfillment service", "Product image URL", "Image position",
    "Image alt text",
    "Variant image URL", "Gift card", "SEO title", "SEO description",
)  # fmt: skip
SHOPIFY_OLD = (
    "Handle", "Title", "Body (HTML)", "Vendor", "Product Category", "Type", "Tags", "Published", "Option1 Name", "Option1 Value",
    "Option1 Linked To", "Option2 Name", "Option2 Value", "Option2 Linked To", "Option3 Name", "Option3 Value",
    "Option3 Linked To", "Variant SKU", "Variant Grams", "Variant Inventory Tracker", "Variant Inventory Qty",
    "Variant Inventory Policy", "Variant Fulfillment Service", "Variant Price", "Variant Compare At Price",
    "Variant Requires Shipping", "Variant Taxable", "Variant Barcode", "Image Src", "Image Position", "Image Alt Text",
    "Gift Card", "SEO Title", "SEO Description", "Variant Image", "Variant Weight Unit", "Variant Tax Code", "Cost per item",
    "Status",
)  # fmt: skip
WOO = (
    "ID", "Type", "SKU", "GTIN, UPC, EAN, or ISBN", "Name", "Published", "Is featured?", "Visibility in catalog",
    "Short description", "Description", "Date sale price starts", "Date sale price ends", "Tax status", "Tax class", "In stock?",
    "Stock", "Low stock amount", "Backorders allowed?", "Sold individually?", "Weight (kg)", "Length (cm)", "Width (cm)",
    "Height (cm)", "Allow customer reviews?", "Purchase note", "Sale price", "Regular price", "Categories", "Tags",
    "Shipping class", "Images", "Download limit", "Download expiry days", "Parent", "Grouped products", "Upsells", "Cross-sells",
    "External URL", "Button text", "Position", "Cost of goods", "Attribute 1 name", "Attribute 1 value(s)",
    "Attribute 1 visible", "Attribute 1 global",
)  # fmt: skip
WOO_GERMAN = (
    "ID", "Typ", "Artikelnummer", "GTIN, UPC, EAN oder ISBN", "Name", "Veröffentlicht", "Ist hervorgehoben?",
    "Sichtbarkeit im Katalog", "Kurzbeschreibung", "Beschreibung", "Datum, an dem Angebotspreis beginnt",
    "Datum, an dem Angebotspreis endet", "Steuerstatus", "Steuerklasse", "Vorrätig?", "Bestand", "Geringe Lagermenge",
    "Lieferrückstande erlaubt?", "Nur einzeln verkaufen?", "Gewicht (kg)", "Länge (cm)", "Breite (cm)", "Höhe (cm)",
    "Kundenrezensionen erlauben?", "Hinweis zum Kauf", "Angebotspreis", "Regulärer Preis", "Kategorien", "Schlagwörter",
    "Versandklasse", "Bilder", "Downloadlimit", "Ablauftage des Downloads", "Übergeordnetes Produkt", "Gruppierte Produkte",
    "Zusatzverkäufe", "Cross-Sells (Querverkäufe)", "Externe URL", "Button-Text", "Position",
)  # fmt: skip


def export(header: tuple[str, ...], *rows: dict[str, str], mark: str = "") -> bytes:
    """A file with these columns; what a row does not say is blank. `mark`: what the file begins with."""
    out = StringIO(newline="")
    writer = csv.DictWriter(out, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return (mark + out.getvalue()).encode()


DESCRIPTION = '<p>Soft, "heavy" cotton;\nwashes at 40&nbsp;°C</p>\n<ul><li>S, M</li></ul>'
SHOPIFY_ROWS: tuple[dict[str, str], ...] = (
    {
        "Title": "Tee &amp; <b>more</b>", "URL handle": "tee", "Description": DESCRIPTION, "SKU": "TEE-S",
        "Barcode": "'4006381333931",
        "Option1 name": "Size", "Option1 value": "S", "Option2 name": "Colour", "Option2 value": "Blue", "Price": "19.90",
        "Cost per item": "4.20", "Product image URL": "https://shop.example/tee.jpg", "Gift card": "FALSE",
    },
    {
        "URL handle": "tee", "SKU": "TEE-M", "Option1 value": "M", "Option2 value": "Blue", "Price": "19.90",
        "Barcode": "36000291452",
    },
    {"URL handle": "tee", "SKU": "", "Option1 value": "L", "Option2 value": "Blue", "Price": "19.90"},
    {"URL handle": "tee", "Product image URL": "https://shop.example/tee-2.jpg", "Image position": "2"},
    {
        "Title": "Mug", "URL handle": "mug", "SKU": "'0815", "Barcode": "N/A", "Option1 name": "Title",
        "Option1 value": "Default Title", "Price": "9.00", "Gift card": "FALSE",
    },
    {"Title": "Voucher", "URL handle": "voucher", "SKU": "GIFT-25", "Price": "25.00", "Gift card": "TRUE"},
)  # fmt: skip
"""Two variants, one without SKU, a row with a picture alone, a product without variants, a gift card."""
_OLD_NAMES = {
    "URL handle": "Handle", "Description": "Body (HTML)", "SKU": "Variant SKU", "Barcode": "Variant Barcode",
    "Option1 name": "Option1 Name", "Option1 value": "Option1 Value", "Option2 name": "Option2 Name",
    "Option2 value": "Option2 Value", "Price": "Variant Price", "Product image URL": "Image Src",
    "Image position": "Image Position", "Gift card": "Gift Card",
}  # fmt: skip
SHOPIFY_OLD_ROWS = tuple({_OLD_NAMES.get(name, name): cell for name, cell in row.items()} for row in SHOPIFY_ROWS)
WOO_ROWS: tuple[dict[str, str], ...] = (
    {
        "ID": "10", "Type": "variable", "SKU": "HOOD", "Name": "Hoodie", "Published": "1", "Description": DESCRIPTION,
        "Attribute 1 name": "Color", "Attribute 1 value(s)": "Blue, Green", "Stock": "",
    },
    {
        "ID": "11", "Type": "variation", "SKU": "HOOD-B", "GTIN, UPC, EAN, or ISBN": "4006381333931", "Name": "Hoodie - Blue",
        "Parent": "HOOD", "Stock": "parent", "Attribute 1 value(s)": "Blue", "Cost of goods": "12.5",
    },
    {
        "ID": "12", "Type": "variation", "SKU": "HOOD-G", "GTIN, UPC, EAN, or ISBN": "4006381333930", "Name": "Hoodie",
        "Parent": "id:10", "Attribute 1 value(s)": "Green",
    },
    {"ID": "13", "Type": "simple", "SKU": "CAP", "Name": "Cap &#8211; <em>wool</em>", "GTIN, UPC, EAN, or ISBN": ""},
    {"ID": "14", "Type": "simple, downloadable, virtual", "SKU": "ALBUM", "Name": "Album"},
    {"ID": "15", "Type": "external", "SKU": "WP", "Name": "Pennant"},
    {"ID": "16", "Type": "simple", "SKU": "", "Name": "Sticker"},
)  # fmt: skip
"""A product with two variations, one of whose GTINs is wrong, a simple one, and what is on no shelf."""
