"""What our columns are called in the files of others: in English, German, French, Spanish and Dutch. Pure.

All words are as `plain` leaves them: small letters without accents, and a blank for whatever is neither letter nor digit.
"""

from __future__ import annotations

import re
import unicodedata

_NO_WORD = re.compile(r"[^a-z0-9]+")
_CURRENCY = re.compile(r"\b(?:eur|euro|usd|gbp|chf)\b")


def plain(name: str) -> str:
    """A name, to be compared: `Référence (EUR)` is `reference`."""
    text = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return " ".join(_CURRENCY.sub(" ", _NO_WORD.sub(" ", text)).split())


def _words(text: str) -> tuple[str, ...]:
    return tuple(map(plain, text.split("|")))


_SKU = _words(
    "sku|item sku|variant sku|product sku|item|item number|item no|item code|item id|article|article number"
    "|article no|part number"
    "|part no|product code|product number|product id|stock code|custom label|model|seller sku|merchant sku"
    "|Artikelnummer|Artikelnr|Artikel Nr|Art Nr|ArtNr|Artikel|Artikelcode|Bestellnummer|Produktnummer|Teilenummer|Sachnummer"
    "|Référence article|Référence produit|Code article|Code produit|Réf|Réf article|Référence|Article|N° article|UGS"
    "|Código de artículo|Código artículo|Código de producto|Código producto|Artículo|Referencia|Ref|Clave"
    "|Artikelnummer|Artikelcode|Productcode|Productnummer|Art code|SKU Nummer"
)
_BARCODE = _words(
    "barcode|bar code|barcode value|gtin|ean|ean13|ean 13|ean code|ean number|upc|upc a|upc code|isbn|jan|gtin 13|gtin ean"
    "|gtin upc ean or isbn|variant barcode|product barcode|Strichcode|Barcode Nummer|GTIN EAN|EAN Nummer|EAN Nr"
    "|Code barres|Code barre|Code à barres|Code EAN|Gencod|Código de barras|Códigos de barras|Código EAN"
    "|Streepjescode|EAN code"
)
_NAME = _words(
    "name|title|product name|item name|article name|product title|description|item description|product|designation|item title"
    "|Bezeichnung|Artikelbezeichnung|Artikelname|Produktname|Produktbezeichnung|Beschreibung|Benennung|Titel"
    "|Désignation|Libellé|Libellé article|Nom|Nom du produit|Intitulé|Titre"
    "|Nombre|Nombre del producto|Descripción|Denominación|Título"
    "|Naam|Artikelnaam|Productnaam|Omschrijving|Artikelomschrijving"
)
_PLACE = _words(
    "location|bin|bin name|bin location|bin code|shelf|shelf code|location code|storage location|slot"
    "|warehouse location|position"
    "|Lagerplatz|Stellplatz|Platz|Regalplatz|Fach|Lagerort|Regal|Lagerfach"
    "|Emplacement|Code emplacement|Casier|Allée|Ubicación|Código de ubicación|Hueco|Estante|Posición"
    "|Locatie|Locatiecode|Magazijnlocatie|Schap|Stelling|Vak"
)
_ON_HAND = _words(
    "units|on hand|quantity on hand|qty on hand|on hand current|quantity|qty|stock|stock level|stock on hand|inventory|count"
    "|inventory quantity|variant inventory qty|in stock|available|pieces|pcs|units on hand"
    "|Bestand|Lagerbestand|Menge|Stück|Stückzahl|Anzahl|Istbestand|Stock|Quantité|Quantité en stock|Qté|Qte stock"
    "|Nombre d'unités"
    "|Existencias|Cantidad|Unidades|Stock actual|Inventario|Voorraad|Aantal|Hoeveelheid|Stuks"
)
_EXPECTED = _words(
    "expected|quantity expected|expected quantity|ordered|quantity ordered|order quantity|qty ordered|quantity"
    "|qty|units|pieces|pcs"
    "|Erwartet|Bestellmenge|Bestellte Menge|Menge|Anzahl|Stückzahl|Stück|Quantité commandée|Qté commandée"
    "|Quantité attendue|Quantité"
    "|Qté|Cantidad pedida|Cantidad esperada|Cantidad|Unidades|Besteld|Besteld aantal|Verwacht|Aantal|Hoeveelheid"
)
_PERSON = _words(
    "name|full name|employee|employee name|person|staff|user|user name|operator|worker|Mitarbeiter"
    "|Mitarbeitername|Vollständiger Name"
    "|Nom|Nom complet|Employé|Collaborateur|Nombre|Nombre completo|Empleado|Trabajador|Naam|Medewerker|Volledige naam"
)
_COMPANY = _words(
    "name|supplier|supplier name|vendor|vendor name|company|company name|manufacturer|Lieferant|Lieferantenname"
    "|Firma|Kreditor"
    "|Fournisseur|Nom du fournisseur|Société|Raison sociale|Proveedor|Nombre del proveedor|Empresa|Leverancier"
    "|Leveranciersnaam|Bedrijf"
)
_DUE = _words(
    "due on|due date|due|expected on|expected date|delivery date|eta|arrival|arrival date|ship by|latest ship date"
    "|Liefertermin|Lieferdatum|Wunschtermin|Fällig|Fällig am|Ankunft|Date de livraison|Date prévue|Échéance|Livraison"
    "|Fecha de entrega|Fecha prevista|Vencimiento|Leverdatum|Verwachte datum|Verwacht op"
)
_ORDER = _words(
    "reference|order|order number|order no|order id|order reference|purchase order|po|po number|document"
    "|document number|receipt"
    "|Bestellnummer|Bestellung|Auftragsnummer|Auftrag|Belegnummer|Beleg|Referenz|Lieferschein|Lieferscheinnummer|Vorgang"
    "|Référence commande|N° commande|Numéro de commande|Commande|Bon de commande|Document|Bon de livraison"
    "|Número de pedido|Nº pedido|Pedido|Orden de compra|Albarán|Documento"
    "|Ordernummer|Bestelnummer|Bestelling|Inkooporder|Pakbon|Referentie"
)
_PLACED = _words(
    "placed on|placed|order date|date|created at|created|purchase date|Bestelldatum|Auftragsdatum|Datum|Date de commande|Date"
    "|Fecha de pedido|Fecha del pedido|Fecha|Besteldatum|Orderdatum"
)
_UNITS_A_SCAN = _words(
    "units|units per scan|pack size|pack quantity|units per pack|units per case|case quantity|quantity|qty|inner quantity"
    "|Verpackungseinheit|VPE|VE|Inhalt|Stück je Packung|Menge|Unités par colis|Conditionnement|Colisage|Quantité|PCB"
    "|Unidades por caja|Unidades por paquete|Unidades|Cantidad|Verpakkingseenheid|Stuks per doos|Inhoud|Aantal"
)
WORDS: dict[str, tuple[str, ...]] = {
    "sku": _SKU,
    "name": _NAME,
    "barcode": _BARCODE,
    "barcode_2": _words(
        "barcode 2|ean 2|gtin 2|second barcode|other barcode|EAN2|Strichcode 2|Code barres 2|Código de barras 2"),
    "case_barcode": _words(
            "case barcode|carton barcode|case gtin|case ean|carton ean|gtin 14|itf 14|dun 14|outer barcode|EAN Karton"
            "|EAN Umkarton"
        "|Karton EAN|EAN VPE|Code barres carton|Código de barras caja|EAN doos"
    ),
    "case_units": _words(
            "case units|units per case|case quantity|case qty|case size|carton quantity|pcs per carton|Stück je Karton"
            "|Karton Menge"
        "|Inhalt Karton|Unités par carton|Quantité par carton|Unidades por caja|Aantal per doos|Stuks per doos"
    ),
    "unit_cost": _words(
            "unit cost|cost|cost per item|cost price|purchase price|buying price|landed cost|average cost|cost of goods"
            "|cogs|price"
        "|Einkaufspreis|EK|EK Preis|EK netto|Einstandspreis|Selbstkosten|Kosten|Einkaufspreis netto"
        "|Prix d'achat|Prix achat|Prix d'achat HT|Coût|Coût unitaire|PA HT|Coste|Costo|Costo unitario|Coste unitario"
        "|Precio de compra|Precio de coste|Precio costo|Inkoopprijs|Kostprijs|Inkoop|Inkoopprijs excl"
    ),
    "abc_class": _words("abc class|abc|class|ABC Klasse|Klasse|Classe ABC|Classe|Clase ABC|Clase|ABC klasse"),
    "reorder_point": _words(
        "reorder point|reorder level|reorder at|min stock|minimum stock|minimum|low stock amount|low stock|safety stock"
            "|Meldebestand|Mindestbestand|Bestellpunkt|Sicherheitsbestand|Seuil de commande|Stock minimum|Stock mini"
            "|Seuil d'alerte"
        "|Punto de pedido|Stock mínimo|Existencias mínimas|Bestelpunt|Minimumvoorraad|Bestelniveau"
    ),
    "lead_days": _words(
        "lead days|lead time|lead time days|lead time in days|replenishment time|replenishment days|delivery days"
        "|supplier lead time|Lieferzeit|Lieferzeit Tage|Lieferzeit in Tagen|Wiederbeschaffungszeit|Beschaffungszeit"
        "|Délai de livraison|Délai|Délai d'approvisionnement|Délai fournisseur|Plazo de entrega|Tiempo de entrega"
        "|Plazo de aprovisionamiento|Levertijd|Levertijd dagen|Levertijd in dagen"),
    "order_multiple": _words(
        "order multiple|order multiples|order unit|order pack|purchase multiple|order quantity multiple|rounding value"
        "|lot size|batch size|Bestelleinheit|Bestellmengenschritt|Gebinde|Losgröße|Rundungswert"
        "|Multiple de commande|Unité de commande|Lot de commande|Múltiplo de pedido|Unidad de pedido|Lote de pedido"
        "|Besteleenheid|Bestelveelvoud"),
    "cover_days": _words(
        "cover days|days of cover|days cover|coverage days|days of supply|days of stock|target days|Reichweite"
        "|Reichweite Tage|Reichweite in Tagen|Deckungstage|Jours de couverture|Couverture|Días de cobertura|Cobertura"
        "|Dekkingsdagen|Dagen voorraad"),
    "critical": _words("critical|Kritisch|Critique|Crítico|Kritiek"),
    "location": _PLACE,
    "supplier": _COMPANY[1:],
    "due_on": _DUE,
    "placed_on": _PLACED,
    "reference": _ORDER,
    "customer": _words(
        "customer|customer name|buyer|buyer name|recipient|Kunde|Kundenname|Käufer|Client|Nom du client|Acheteur"
        "|Cliente|Comprador|Klant|Klantnaam"),
    "channel": _words(
        "channel|sales channel|shop|store|marketplace|source|Kanal|Verkaufskanal|Marktplatz|Canal|Boutique"
        "|Canal de venta|Tienda|Verkoopkanaal|Winkel"),
    "line": _words(
        "line|line number|line no|line id|order item id|Zeile|Position|Pos|Ligne|N° ligne|Línea|Regel|Regelnummer"),
    "ordered": _words("ordered") + _EXPECTED,
    "expected": _EXPECTED,
    "order": _words(
        "order|order number|order no|order id|sales order|Auftrag|Auftragsnummer|Bestellnummer|Commande|N° commande"
        "|Pedido|Número de pedido|Bestelling|Ordernummer"),
    "reason": _words(
        "reason|return reason|Grund|Rückgabegrund|Retourengrund|Motif|Motif du retour|Motivo|Razón|Reden|Retourreden"),
    "email": _words(
        "email|e mail|mail|email address|e mail address|E-Mail-Adresse|Courriel|Adresse e-mail|Correo"
        "|Correo electrónico|E-mailadres"),
    "phone": _words(
        "phone|telephone|tel|phone number|mobile|Telefon|Telefonnummer|Handy|Téléphone|Tél|Portable|Teléfono|Móvil"
        "|Telefoon|Telefoonnummer"),
    "address": _words("address|street|full address|Adresse|Anschrift|Straße|Rue|Dirección|Calle|Adres|Straat"),
    "contact": _words(
        "contact|contact person|contact name|Ansprechpartner|Kontakt|Kontaktperson|Interlocuteur|Contacto"
        "|Persona de contacto|Contactpersoon"),
    "note": _words(
        "note|notes|comment|remark|Bemerkung|Notiz|Anmerkung|Kommentar|Remarque|Commentaire|Nota|Observaciones"
        "|Comentario|Opmerking|Notitie"),
    "section": _words(
        "section|zone|area|aisle|Bereich|Zone|Gang|Abschnitt|Secteur|Allée|Sección|Zona|Pasillo|Sectie|Gangpad"),
    "position": _words(
        "position|walk|walk order|pick order|pick sequence|sequence|sort order|Reihenfolge|Laufweg|Wegefolge|Ordre"
        "|Séquence|Orden|Secuencia|Volgorde|Looproute"),
    "kind": _words(
        "kind|type|location type|Art|Typ|Lagerplatztyp|Type d'emplacement|Tipo|Tipo de ubicación|Soort|Locatietype"),
    "owner": _words(
        "owner|responsible|Verantwortlich|Verantwortlicher|Zuständig|Responsable|Responsable de zone|Encargado"
        "|Verantwoordelijke"),
    "kit_sku": _words(
        "kit sku|kit|bundle|bundle sku|set|parent|parent sku|Set Artikelnummer|Set|Stückliste|Oberartikel"
        "|Référence lot|Lot|Kit SKU|Conjunto|Set SKU|Bundel"),
    "badge": _words(
        "badge|badge number|badge id|card|card number|employee id|Ausweis|Ausweisnummer|Karte|Kartennummer"
        "|Personalnummer|N° badge|Carte|Matricule|Tarjeta|Número de tarjeta|Pas|Pasnummer|Personeelsnummer"),
    "roles": _words("roles|role|job|Rollen|Rolle|Aufgabe|Rôle|Rôles|Poste|Rol|Puesto|Functie"),
    "pin": _words("pin|pin code|PIN Nummer|Code PIN|Código PIN|Pincode"),
    "active": _words("active|Aktiv|Actif|Activo|Actief"),
    "asn": _words(
        "asn|advance shipping notice|delivery note|shipment|Lieferschein|Lieferavis|Bon de livraison|Albarán|Pakbon"),
    "sscc": _words("sscc|nve|pallet|carton|license plate|SSCC NVE|Palette|Bulto"),
    "units": _UNITS_A_SCAN,
    "own": _words("own|own number"),
    "code": _words("code"),
}  # fmt: skip
"""By column, the usual word first."""
OF_KIND: dict[tuple[str, str], tuple[str, ...]] = {
    ("barcodes", "code"): _BARCODE + _words("code|scan code"),
    ("locations", "code"): _words("code") + _PLACE,
    ("locations", "name"): _words(
        "name|location name|description|Bezeichnung|Name|Beschreibung|Nom|Libellé|Nombre|Descripción|Naam"
        "|Omschrijving"),
    ("sections", "code"): _words("code") + _words("section|zone|area|Bereich|Zone|Secteur|Sección|Zona|Sectie"),
    ("suppliers", "name"): _COMPANY,
    ("operators", "name"): _PERSON,
    ("products", "units"): _words("units|units per scan"),
    ("stock", "units"): _ON_HAND,
    ("kits", "sku"): _words(
        "part|part sku|component|component sku|child|child sku|Einzelartikel|Komponente|Bestandteil|Composant"
        "|Componente|Onderdeel") + _SKU,
    ("kits", "units"): _words(
        "units|quantity|qty|quantity per kit|per kit|Menge|Anzahl|Stück|Quantité|Qté|Cantidad|Unidades|Aantal"),
    ("receipts", "reference"): _words("reference|purchase order|po|po number|receipt") + _ORDER,
    ("returns", "reference"): _words(
        "reference|return|return number|rma|rma number|return id|Retoure|Retourennummer|Retour|N° retour|Devolución"
        "|Número de devolución|Retournummer|Retourzending") + _ORDER,
}  # fmt: skip
"""Where a kind of file calls a column otherwise than the others."""
_ITEMS = _words(
    "items|item list|articles|artikel|articulos|artikelen|catalog|katalog|catalogue"
    "|products|product list|produkte|produits|productos|producten"
)
OF_FILE: dict[str, tuple[str, ...]] = {
    "items": _ITEMS,
    "products": _ITEMS,
    "barcodes": _words("barcodes|ean|eans|strichcodes|codes barres|codigos de barras"),
    "kits": _words("kits|bundles|sets|stucklisten|stuckliste|bom|lots"),
    "locations": _words("locations|places|bins|shelves|lagerplatze|platze|emplacements|ubicaciones|locaties"),
    "sections": _words("sections|zones|bereiche"),
    "stock": _words("stock|inventory|on hand|bestand|bestande|lagerbestand|stocks|existencias|voorraad"),
    "suppliers": _words("suppliers|vendors|lieferanten|fournisseurs|proveedores|leveranciers"),
    "operators": _words("operators|people|staff|employees|team|mitarbeiter|personal|personnel|empleados|medewerkers"),
    "receipts": _words("receipts|purchase orders|po|asn|inbound|wareneingang|bestellungen|receptions|compras|inkooporders"),
    "returns": _words("returns|rma|retouren|retours|devoluciones"),
    "orders": _words("orders|sales orders|auftrage|commandes|pedidos|orders export"),
    "shipments": _words("shipments|shipped|versand|sendungen|expeditions|envios|zendingen"),
}
"""What files of a kind are named, by themselves or among other words."""


def words_for(kind: str, column: str) -> tuple[str, ...]:
    """What a column of a kind of file is called elsewhere, the usual word first; of one that nobody listed, its own name."""
    return (plain(column.replace("_", " ")), *OF_KIND.get((kind, column), WORDS.get(column, ())))
