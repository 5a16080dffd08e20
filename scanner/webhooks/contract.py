"""What is sent of the addresses of other systems, and what programs are told of them."""

from __future__ import annotations

from typing import Annotated, Literal

from scanner.web.contract import Answer, Body
from scanner.web.field_types import OneOf, WholeNumberOrNone, Words, YesNo
from scanner.webhooks.service import STATES


class Address(Body):
    """Where messages go."""

    url: Words = ""


class Switch(Body):
    """Whether messages go there."""

    active: YesNo = False


class Deliveries(Body):
    """A page of messages, the newest first; `before` is the last one that was shown. The state is empty for all."""

    state: Annotated[str, OneOf(STATES, "")] = ""
    before: WholeNumberOrNone = None


class AddedAnswer(Answer):
    """A new address, with its secret, which is told only now."""

    id: int
    url: str
    secret: str


class DoneAnswer(Answer):
    """It was done."""

    done: Literal[True]
