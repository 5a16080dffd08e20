"""Codes in sentences stand on one line."""

from __future__ import annotations

import pytest

from scanner.web.unbroken import unbroken
from tests.support.as_read import as_read


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Its shelf is A-01-2, not at B-02.", ["A-01-2,", "B-02."]),
        ("No item has the code NO-SUCH-CODE. Go on.", ["NO-SUCH-CODE."]),
        ("PO-1001 · ÖL-7", ["PO-1001", "ÖL-7"]),
        ("Take 2 - no more, -1 or 5-", []),
        ("", []),
    ],
)
def test_each_code_is_kept_on_one_line_and_nothing_is_lost(said, kept):
    page = unbroken(said)
    assert [part.partition("</span>")[0] for part in page.split('<span class="unbroken">')[1:]] == kept
    assert as_read(page) == said


def test_what_is_markup_in_a_name_stays_text():
    assert as_read(unbroken('<b>A-1</b> & "T-2"')) == "&lt;b&gt;A-1&lt;/b&gt; &amp; &#34;T-2&#34;"
