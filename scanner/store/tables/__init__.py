"""The tables. What is append-only is so in the database, too; the counters beside it can be folded anew.

Units are whole eaches. Money is a whole number of ten-thousandths of the currency (`…_e4`), so that no sum is rounded.
A table model does not validate: what comes from outside is checked before, and the CHECK constraints hold the rest.
"""

from scanner.store.tables.catalogue import Barcode, Item, KitPart, Location, Section, Stock
from scanner.store.tables.counting import CountClass, CountPolicy, CountPull, CountResult, RecountLine, Visit
from scanner.store.tables.discrepancies import Discrepancy, DiscrepancyEvent
from scanner.store.tables.people import ApiToken, Operator, SignIn, SignInFailure
from scanner.store.tables.record import Carton, Line, Movement, Scan, Tally, Task, UniqueMark
from scanner.store.tables.restorations import Restoration
from scanner.store.tables.returns import Delivery, Evidence, Grade, ReturnReason, TaskEvent, Webhook

__all__ = [
    "ApiToken",
    "Barcode",
    "Carton",
    "CountClass",
    "CountPolicy",
    "CountPull",
    "CountResult",
    "Delivery",
    "Discrepancy",
    "DiscrepancyEvent",
    "Evidence",
    "Grade",
    "Item",
    "KitPart",
    "Line",
    "Location",
    "Movement",
    "Operator",
    "RecountLine",
    "Restoration",
    "ReturnReason",
    "Scan",
    "Section",
    "SignIn",
    "SignInFailure",
    "Stock",
    "Tally",
    "Task",
    "TaskEvent",
    "UniqueMark",
    "Visit",
    "Webhook",
]
