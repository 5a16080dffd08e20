"""The kinds of tasks, one entry a kind. Nothing else knows all of them.

A new kind is one entry here, a room of its own, and a migration for its tables.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from scanner import counting, moves, orders, picking, receiving, returns
from scanner.catalogue.locations import LocationKind
from scanner.counting import blind as counting_blind
from scanner.counting import facts as counting_facts
from scanner.counting import finish as counting_finish
from scanner.counting import follow as counting_follow
from scanner.counting import labels as counting_labels
from scanner.counting import lines as counting_lines
from scanner.counting import service as counting_service
from scanner.counting import views as counting_views
from scanner.counting.plan import views as plan_views
from scanner.counting.reports import views as counting_reports_views
from scanner.counting.variances import views as variances_views
from scanner.counting.variances.proposals import SETTLER as VARIANCE_SETTLER
from scanner.data.audit import files as audit_files
from scanner.data.audit import follow as audit_follow
from scanner.data.imports.importer import Importer
from scanner.data.records.kinds import Kind
from scanner.discrepancies import follow as discrepancies_follow
from scanner.discrepancies.rules import DiscrepancyKind
from scanner.discrepancies.service import Settlers
from scanner.drift.reorder import files as reorder_files
from scanner.items import follow as items_follow
from scanner.moves import facts as moves_facts
from scanner.moves import follow as moves_follow
from scanner.moves import labels as moves_labels
from scanner.moves import service as moves_service
from scanner.moves import source as moves_source
from scanner.moves import undo as moves_undo
from scanner.moves import views as moves_views
from scanner.moves.papers import views as papers_views
from scanner.orders import CART
from scanner.orders import facts as orders_facts
from scanner.orders import finish as orders_finish
from scanner.orders import follow as orders_follow
from scanner.orders import labels as orders_labels
from scanner.orders import opening as orders_opening
from scanner.orders import views as orders_views
from scanner.orders.carts import facts as carts_facts
from scanner.orders.carts import follow as carts_follow
from scanner.orders.carts import labels as carts_labels
from scanner.orders.carts import service as carts_service
from scanner.orders.carts import views as carts_views
from scanner.orders.intake import files as orders_files
from scanner.orders.office import views as order_office
from scanner.orders.shipments import files as shipments_files
from scanner.orders.shipments import follow as shipments_follow
from scanner.people.rules import Right
from scanner.picking import facts as picking_facts
from scanner.picking import labels as picking_labels
from scanner.picking import service as picking_service
from scanner.picking import views as picking_views
from scanner.reasons import views as reasons_views
from scanner.receiving import facts as receiving_facts
from scanner.receiving import files as receiving_files
from scanner.receiving import finish as receiving_finish
from scanner.receiving import labels as receiving_labels
from scanner.receiving import opening as receiving_opening
from scanner.receiving import progress as receiving_progress
from scanner.receiving import records as receiving_records
from scanner.receiving import rules as receiving_rules
from scanner.receiving import views as receiving_views
from scanner.returns import facts as returns_facts
from scanner.returns import files as returns_files
from scanner.returns import follow as returns_follow
from scanner.returns import labels as returns_labels
from scanner.returns import programs as returns_programs
from scanner.returns import rules as returns_rules
from scanner.returns import service as returns_service
from scanner.returns import views as returns_views
from scanner.returns.lines import export as returns_export
from scanner.returns.office import views as office_views
from scanner.returns.reports import views as returns_reports_views
from scanner.scans.workflow import Visibility, Workflow, Workflows

RECEIVING = Workflow(
    kind=receiving.KIND,
    right=Right.RECEIVE,
    page=receiving_views.PAGE,
    blueprints=(receiving_views.blueprint, receiving_progress.blueprint),
    entries=(receiving_progress.ENTRY,),
    commands=receiving_labels.COMMANDS,
    left_out=receiving_rules.left_out,
    holds_expired=True,
    once_finished="Move goods with MOVES; a count of the shelf puts its number right.",
    open=receiving_opening.open_receipt,
    decide=receiving_facts.decide,
    brings_goods=True,
    differences=receiving_facts.over,
    differences_after=receiving_facts.DIFFERENCES_AFTER,
    finish=receiving_finish.finish,
)
RETURNS = Workflow(
    kind=returns.KIND,
    right=Right.RETURN,
    page=returns_views.PAGE,
    blueprints=(
        returns_views.blueprint,
        office_views.blueprint,
        reasons_views.blueprint,
        returns_reports_views.blueprint,
    ),
    entries=(office_views.ENTRY, returns_reports_views.ENTRY),
    labels={"grades": returns_labels.grades},
    once_finished="Tap a line to grade it again.",
    open=returns_service.open_return,
    decide=returns_facts.decide,
    undo=returns_facts.undo,
    left_out=returns_rules.left_out,
    put_aside=returns_facts.put_aside,
    so_far=returns_facts.line_of,
    brings_goods=True,
    differences=returns_facts.differences,
    differences_after=returns_facts.DIFFERENCES_AFTER,
    finish=returns_service.finish,
    start=returns_programs.START,
)
COUNTING = Workflow(
    once_finished="Count the shelf again.",
    kind=counting.KIND,
    right=Right.COUNT,
    page=counting_views.PAGE,
    blueprints=(
        counting_views.blueprint,
        plan_views.blueprint,
        variances_views.blueprint,
        counting_reports_views.blueprint,
    ),
    entries=(plan_views.ENTRY, counting_reports_views.ENTRY),
    commands=counting_labels.COMMANDS,
    open=counting_service.open_count,
    decide=counting_facts.decide,
    undo=counting_facts.undo,
    admit=counting_facts.refuse_who_counted_it,
    finish=counting_finish.finish,
    start=counting_service.START,
    lines=counting_lines.lines,
    visibility=counting_blind.VISIBILITY,
)
PICKING = Workflow(
    kind=picking.KIND,
    right=Right.PICK,
    page=picking_views.PAGE,
    blueprints=(picking_views.blueprint,),
    commands=picking_labels.COMMANDS,
    open=picking_service.open_picking,
    decide=picking_facts.decide,
    undo=picking_facts.undo,
    endless=picking_facts.endless_task,
)
WHO_COUNTS_SEES_OWN = Visibility(own_only=lambda person: counting_blind.counts_blind(person))
"""Scans of others on orders and carts say what the record has: of a short pick, all that was there."""
CARTS = Workflow(
    once_finished="Put goods back with MOVES.",
    visibility=WHO_COUNTS_SEES_OWN,
    kind=CART,
    right=Right.PICK,
    page=carts_views.PAGE,
    blueprints=(carts_views.blueprint,),
    labels={"totes": carts_labels.totes},
    open=carts_service.open_cart,
    decide=carts_facts.decide,
    undo=carts_facts.undo,
    gave=carts_facts.tote_given,
)

ORDERS = Workflow(
    once_finished="What comes back of it is taken in as a return.",
    visibility=WHO_COUNTS_SEES_OWN,
    places=frozenset({LocationKind.PACKING}),
    kind=orders.KIND,
    right=Right.PICK,
    page=orders_views.PAGE,
    blueprints=(order_office.blueprint, orders_views.blueprint),
    entries=(order_office.ENTRY,),
    commands=orders_labels.COMMANDS,
    holds_expired=True,
    open=orders_opening.open_order,
    decide=orders_facts.decide,
    undo=orders_facts.undo,
    finish=orders_finish.finish,
)

MOVING = Workflow(
    places=frozenset({LocationKind.CART, LocationKind.PACKING}),
    kind=moves.KIND,
    right=Right.MOVE,
    page=moves_views.PAGE,
    blueprints=(papers_views.blueprint, moves_views.blueprint),
    commands=moves_labels.COMMANDS,
    labels={"hands": moves_labels.hands},
    open=moves_service.open_moves,
    decide=moves_facts.decide,
    undo=moves_undo.undo,
    endless=moves_facts.endless_task,
    place_ended=moves_source.ended,
    visibility=Visibility(own_only=lambda person: moves_facts.own_only(person) or counting_blind.counts_blind(person)),
)

WORKFLOWS = Workflows(
    [RECEIVING, RETURNS, COUNTING, PICKING, CARTS, ORDERS, MOVING],
    followers=[
        discrepancies_follow.FOLLOWER,
        returns_follow.FOLLOWER,
        moves_follow.FOLLOWER,
        counting_follow.FOLLOWER,
        orders_follow.FOLLOWER,
        items_follow.FOLLOWER,
        carts_follow.FOLLOWER,
        shipments_follow.FOLLOWER,
        audit_follow.FOLLOWER,
    ],
)


def packing_elsewhere(workflows: Workflows) -> Workflows:
    """The same kinds of tasks for a shop that scans nothing into its parcels: what is picked of an order is packed."""
    order = replace(
        workflows[orders.KIND],
        decide=partial(orders_facts.decide, packs=False),
        finish=partial(orders_finish.finish, packs=False),
    )
    told = orders_follow.follower(packs=False)
    followers = [told if each is orders_follow.FOLLOWER else each for each in workflows.followers]
    return Workflows([*workflows.values(), order], followers)


SETTLERS: Settlers = {DiscrepancyKind.VARIANCE: VARIANCE_SETTLER}
"""Discrepancies whose settling does more than note a cause."""
IMPORTS: dict[str, type[Importer]] = {
    **receiving_files.IMPORTS,
    **returns_files.IMPORTS,
    **orders_files.IMPORTS,
    **shipments_files.imports(WORKFLOWS),
}
"""Files that rooms bring in, beside those of the tables that all share."""
EXPORTS = {
    **receiving_files.EXPORTS,
    **returns_files.EXPORTS,
    **returns_export.EXPORTS,
    **orders_files.EXPORTS,
    **audit_files.EXPORTS,
    **reorder_files.EXPORTS,
}
"""Files that rooms can be taken out as."""
RECORDS: dict[str, Kind] = {**receiving_records.RECORDS}
"""Records of rooms that are kept in pages, beside those that all share. Each is written as its file is."""
