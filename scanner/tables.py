"""Every table, so that the metadata is whole: for what copies or checks a whole database.

Units are whole eaches. Money is a whole number of ten-thousandths of the currency (`…_e4`), so that no sum is rounded.
A table model does not validate: what comes from outside is checked before, and the CHECK constraints hold the rest.
"""

import scanner.catalogue.tables
import scanner.counting.tables
import scanner.data.tables
import scanner.discrepancies.tables
import scanner.people.tables
import scanner.returns.tables
import scanner.scans.evidence.tables
import scanner.scans.tables
import scanner.webhooks.tables  # noqa: F401
