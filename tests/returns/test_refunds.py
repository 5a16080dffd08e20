import pytest

from scanner.returns.refunds import CameBack, Differs, Refund, difference, refund_of


@pytest.mark.parametrize(
    ("came", "word"),
    [
        (CameBack(2, 2, 0, graded={"restock": 2}), Refund.MAY_GO),
        (CameBack(2, 1, 0, graded={"restock": 1}), Refund.MAY_GO),  # for the one that came
        (CameBack(1, 1, 0, graded={"return to vendor": 1}), Refund.MAY_GO),  # the fault is the vendor's
        (CameBack(2, 2, 0, graded={"restock": 1, "return to vendor": 1}), Refund.MAY_GO),
        (CameBack(2, 2, 0, graded={"restock": 1, "damaged": 1}), Refund.NEEDS_DECISION),
        *((CameBack(1, 1, 0, graded={bad: 1}), Refund.NEEDS_DECISION) for bad in ("refurbish", "quarantine", "damaged", "scrap")),
        (CameBack(1, 2, 0, graded={"restock": 2}), Refund.NEEDS_DECISION),  # more than announced
        (CameBack(0, 1, 0, graded={"restock": 1}), Refund.NEEDS_DECISION),  # another item
        (CameBack(None, 1, 0, graded={"restock": 1}), Refund.NEEDS_DECISION),  # nobody told of it
        (CameBack(1, 1, 0, 1, {"restock": 2}), Refund.NEEDS_DECISION),  # a kit without one part
        (CameBack(2, 2, 1, graded={"restock": 1}), None),  # one is still at the bench
        (CameBack(2, 0, 0), None),
    ],
)
def test_what_customer_service_is_told(came: CameBack, word: Refund | None) -> None:
    assert refund_of(came) == word


@pytest.mark.parametrize(
    ("announced", "arrived", "differs"),
    [(2, 2, (None, 0)), (2, 1, (Differs.MISSING, 1)), (2, 5, (Differs.EXTRA, 3)), (0, 1, (Differs.OTHER_ITEM, 1))],
)
def test_how_what_came_differs(announced: int, arrived: int, differs: tuple[Differs | None, int]) -> None:
    assert difference(announced, arrived) == differs
