"""Imports run down only, so that a rule can be read without the web and a page changed without the rules."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "scanner"
MAY_IMPORT = {
    "domain": set(),
    "store": {"domain"},
    "decoding": {"domain"},
    "services": {"domain", "store", "decoding"},
    # Of the store the web knows the database as a whole, to hand it to a use case: no tables, no statements.
    "web": {"domain", "services", "decoding", "settings", "store.engine"},
    "bootstrap": set(),
    "__init__": set(),
    "__main__": {"bootstrap", "cli"},
}
# The domain decides on values it is given; whatever asks the world is another layer's.
UNKNOWN_TO_THE_DOMAIN = {"flask", "sqlmodel", "sqlalchemy", "PIL", "os", "pathlib", "random", "socket", "sqlite3", "time"}


def imported(file: Path) -> set[str]:
    """Full names of the modules that `file` imports, at its top or inside its functions."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = file.relative_to(PACKAGE.parent).parts[: -node.level] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            names |= {f"{module}.{alias.name}" for alias in node.names}
    return names


def files(layer: str) -> list[Path]:
    folder, file = PACKAGE / layer, PACKAGE / f"{layer}.py"
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [file]


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_layer_imports_only_what_lies_below_it(layer):
    below = tuple(f"scanner.{name}." for name in MAY_IMPORT[layer] | {layer})
    for file in files(layer):
        above = {name for name in imported(file) if name.startswith("scanner.") and not f"{name}.".startswith(below)}
        assert not above, f"{file.relative_to(PACKAGE)} imports {sorted(above)}"


def test_domain_asks_nobody_but_its_caller():
    for file in files("domain"):
        met = {name.split(".")[0] for name in imported(file)} & UNKNOWN_TO_THE_DOMAIN
        assert not met, f"{file.relative_to(PACKAGE)} imports {sorted(met)}"
