"""Imports every table, for whatever copies or checks a whole database.

Units are eaches. Money is a whole number of ten-thousandths of the currency (`…_e4`), so that sums are exact. Models do not
validate: input is checked before, and CHECK constraints hold the rest.
"""

import scanner.audit.tables
import scanner.catalogue.tables
import scanner.counting.tables
import scanner.data.mapping.tables
import scanner.data.tables
import scanner.discrepancies.tables
import scanner.drift.tables
import scanner.house.tables
import scanner.items.tables
import scanner.labels.printers.tables
import scanner.moves.tables
import scanner.orders.tables
import scanner.people.tables
import scanner.reasons.tables
import scanner.returns.tables
import scanner.scans.evidence.tables
import scanner.scans.tables
import scanner.webhooks.tables  # noqa: F401
