"""The measurement of the desk runs, and finds pages where it expects them."""

from __future__ import annotations

import re

import pytest

from benchmarks import desk


@pytest.mark.slow
def test_it_measures_each_page_against_its_floor(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["desk", "--rows", "100", "--rounds", "1"])
    desk.main()
    told = capsys.readouterr().out
    assert told.startswith("100 sections, items and open orders, 500 lines of receipts")
    assert len(re.findall(r"ms, +[\d.]+ of the floor", told)) == 7
