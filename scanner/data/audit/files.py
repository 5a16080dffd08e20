"""The audit as a kind of file that can be taken out."""

from __future__ import annotations

from scanner.data.audit.service import COLUMNS, cells
from scanner.data.exports import Export

EXPORTS = {"audit": Export(COLUMNS, cells)}
