"""What an import said, in a form to compare."""

import pytest

from scanner.data.imports import ImportRefused


def problems(bring_in, kind, text):
    with pytest.raises(ImportRefused) as refused:
        bring_in(kind, text)
    return [str(problem) for problem in refused.value.problems]


def done(report):
    return report.rows, report.added, report.changed, report.unchanged
