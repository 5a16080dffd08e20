"""A file that is taken out is on the disk before it travels."""

from __future__ import annotations

from tests.web.test_pages import Person


def test_a_slow_reader_of_a_file_holds_no_connection(app):
    sam = Person(app, "Sam")
    pool = app.extensions["database"]._reader.pool
    answer = sam.client.get("/data/items.csv", buffered=False)
    pieces = answer.iter_encoded()
    assert next(pieces).startswith(b"sku,")
    assert pool.checkedout() == 0
    answer.close()
