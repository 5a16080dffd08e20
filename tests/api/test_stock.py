import pytest


class TestStockAndMovements:
    def test_show_what_a_scan_did(self, rosa):
        rosa.scan(quantity=3)
        assert rosa.get("/stock", sku="MUG-B").json == [
            {"location": "DOCK", "sku": "MUG-B", "name": "Mug, blue", "units": 3, "sellable": False}
        ]
        (movement,) = rosa.get("/movements").json
        assert (movement["from"], movement["to"], movement["units"]) == ("SUPPLIER", "DOCK", 3)
        assert (movement["operator"], movement["task"], movement["scan"], movement["sequence"]) == ("Rosa", "PO-1001", 1, 1)

    def test_on_a_shelf_can_be_sold(self, rosa):
        rosa.scan(location="A-01-1")
        assert rosa.get("/stock", location="A-01-1").json[0]["sellable"] is True

    def test_come_in_pages(self, rosa):
        for _ in range(3):
            rosa.scan()
        assert [row["sequence"] for row in rosa.get("/movements", after=1, limit=1).json] == [2]
        assert rosa.get("/movements", after=3).json == []

    def test_of_an_unknown_item_are_none(self, rosa):
        assert rosa.get("/stock", sku="NOTHING").json == []

    @pytest.mark.parametrize("path", ["/stock", "/movements", "/discrepancies"])
    def test_are_hidden_from_who_counts_blind(self, program, path):
        assert program("Carla").get(path).status_code == 403

    @pytest.mark.parametrize(
        ("path", "query"),
        [
            ("/movements", {"after": "-1"}), ("/movements", {"after": "x"}), ("/movements", {"after": "9" * 30}),
            ("/movements", {"limit": "0x10"}), ("/stock", {"sku": "\x00"}), ("/stock", {"limit": "5000"}),
            ("/discrepancies", {"state": "gone"}), ("/discrepancies", {"kind": "\x00"}), ("/discrepancies", {"after": ""}),
        ],
    )  # fmt: skip
    def test_are_not_asked_for_in_ways_that_cannot_be(self, sam, path, query):
        assert sam.get(path, **query).status_code == 400
