"""A floor with a cart."""

import pytest

from tests.support.carts import begin
from tests.support.orders import add_order, add_shelves, stock_up
from tests.support.warehouse import NOW


@pytest.fixture
def stocked(warehouse):
    """Mugs at A-01-1, lamps at B-02-1; SHOP-1 wants two mugs and a lamp, SHOP-2 one mug."""
    add_shelves(warehouse, ["B-02-1"])
    stock_up(warehouse, "A-01-1", "MUG-B", 20)
    stock_up(warehouse, "B-02-1", "LAMP", 5)
    add_order(warehouse, "SHOP-1", [("MUG-B", 2), ("LAMP", 1)], due_at=NOW)
    add_order(warehouse, "SHOP-2", [("MUG-B", 1)])
    return warehouse


@pytest.fixture
def cart(stocked) -> str:
    return begin(stocked)
