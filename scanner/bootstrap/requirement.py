"""Whether a requirement line is met. Knows the few forms in pyproject.toml, without the help of pip."""

import re
import sys
from collections.abc import Callable

LINE = re.compile(r"(?P<name>[\w.-]+)(?:\[[\w,-]+\])?(?:>=(?P<least>[\d.]+))?(?:; sys_platform == '(?P<platform>\w+)')?")
INCLUDED = re.compile(r"(?P<name>[\w.-]+)\[(?P<extras>[\w,-]+)\]")


def satisfied(line: str, version_of: Callable[[str], str | None]) -> bool:
    """True when the installed libraries meet `line`, such as `flask>=3.1`.

    `version_of` gives the version of a library by its canonical name, or None. Raises ValueError for an unknown form.
    """
    form = LINE.fullmatch(line)
    if form is None:
        raise ValueError(f"expected name[extra]>=version; sys_platform == '…', got {line!r}")
    if form["platform"] not in (None, sys.platform):
        return True
    version = version_of(canonical(form["name"]))
    return version is not None and _numbers(version) >= _numbers(form["least"] or "0")


def canonical(name: str) -> str:
    """The canonical spelling of a library's name: `Flask_WTF` is `flask-wtf` (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def included(line: str, project: str) -> list[str]:
    """The extras of `project` that a line such as `project[test]` includes; none for another library."""
    form = INCLUDED.fullmatch(line)
    return form["extras"].split(",") if form and canonical(form["name"]) == canonical(project) else []


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"^[\d.]*\d", version)[0].split(".")]
