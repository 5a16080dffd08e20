"""A page, or for htmx only the part of it that changes. The part is a block of the page, so that it is written once."""

from __future__ import annotations

from typing import Any

from flask import render_template
from jinja2_fragments.flask import render_block

from scanner.web.context import htmx


def page_or_block(template: str, block: str, **context: Any) -> str:
    """The page; to htmx, its named block. A block imports its own macros: the page's imports are not run for it."""
    return render_block(template, block, **context) if htmx else render_template(template, **context)
