"""Programs with a token, each in the name of one of the cast."""

import pytest

from tests.support.program import Program


@pytest.fixture
def program(app):
    return lambda name: Program(app, name)


@pytest.fixture
def rosa(program):
    return program("Rosa")


@pytest.fixture
def sam(program):
    return program("Sam")
