"""Codes that stand on one line: a browser breaks a line after every hyphen, and `A-01-2` is looked for as it is printed."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_CODE = re.compile(r"\w+(?:-\w+)+[.,:;!?)]*")
"""With what follows it, which would else begin a line."""


def unbroken(text: object) -> Markup:
    """Text for a page, each code in it in one piece. A word such as `T-shirt` is one as well."""
    return Markup(_CODE.sub(r'<span class="unbroken">\g<0></span>', str(escape(text))))
