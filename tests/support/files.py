"""Bringing in and taking out every kind of file, those of the rooms too."""

from functools import partial

from scanner.data import exports, imports
from scanner.workflows import EXPORTS, IMPORTS

KINDS = tuple(kind for kind in imports.all_kinds(IMPORTS) if kind in exports.KINDS or kind in EXPORTS)
"""What can be brought in and taken out."""
import_csv = partial(imports.import_csv, more=IMPORTS)
columns_of = partial(imports.columns_of, more=IMPORTS)
export_csv = partial(exports.export_csv, more=EXPORTS)
