"""Every reference has a page of its own: no address of one page can be taken for that of another."""

from __future__ import annotations

import pytest
from werkzeug.routing import PathConverter
from werkzeug.test import EnvironBuilder

SHAPES = ["{}", "x/{}", "{}/x", "x/{}/y", "x/{}?y", "X-1/{}"]
ODD = [
    "SO-1/2", "SO//1", "/SO-1", "SO-1/", "..", "../x", ".", "x/../y", "50%", "50%25", "a%2Fb", "a%252Fb", "a b", "é/ü", "x#y",
    "x?y=1", "A&B", "+", "a+b", "%", "%%", "\\",
]  # fmt: skip


def rules_of(app):
    """(rule, the name of its reference) of all pages with one."""
    pages = [(rule, name) for rule in app.url_map.iter_rules() for name, each in rule._converters.items() if is_free(each)]
    return [(rule, name) for rule, name in pages if rule.endpoint != "static" and not rule.rule.startswith("/api/")]


def is_free(converter):
    return isinstance(converter, PathConverter)


def words_of(app):
    """The fixed parts of all addresses."""
    parts = {part for rule in app.url_map.iter_rules() for part in rule.rule.split("/")}
    return sorted(part for part in parts if part and "<" not in part)


def found(app, rule, name, reference):
    """What the address of a reference leads to, through all that a server decodes."""
    _, path = rule.build({name: reference})
    assert not any(part in ("", ".", "..") for part in path.split("/")[1:]), path
    environ = EnvironBuilder(path).get_environ()
    method = next(iter(rule.methods - {"HEAD", "OPTIONS"}))
    endpoint, values = app.url_map.bind_to_environ(environ).match(environ["PATH_INFO"], method=method)
    return endpoint, values[name]


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_no_reference_is_taken_for_a_word_of_an_address(app, shape):
    for rule, name in rules_of(app):
        for reference in map(shape.format, words_of(app)):
            assert found(app, rule, name, reference) == (rule.endpoint, reference)


@pytest.mark.parametrize("reference", ODD)
def test_an_odd_reference_is_found_as_it_is_written(app, reference):
    for rule, name in rules_of(app):
        assert found(app, rule, name, reference) == (rule.endpoint, reference)


@pytest.mark.parametrize("path", ["/receiving/PO-1001", "/orders/SO-1/2", "/orders/SO-1%252F2", "/orders/SO-1/2/finish"])
def test_what_is_typed_plain_is_found_as_well(app, path):
    environ = EnvironBuilder(path).get_environ()
    _, values = app.url_map.bind_to_environ(environ).match(environ["PATH_INFO"])
    assert values["reference"] in ("PO-1001", "SO-1/2")


@pytest.mark.parametrize("path", ["/receiving/PO//1001", "/api/v1/tasks/PO//1001"])
def test_two_slashes_are_not_one(app, path):
    environ = EnvironBuilder(path).get_environ()
    _, values = app.url_map.bind_to_environ(environ).match(environ["PATH_INFO"])
    assert values["reference"] == "PO//1001"
