"""Fetches the vendored files anew: `python3 static/vendor/fetch.py` (needs npm). Each lands in NAME@VERSION/.

A new version is a new folder, so that a device never mixes two: change VENDORED, run, and mend the paths in layout.html.
"""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).parent

VENDORED = {
    "barcode-detector": ("3.2.2", "barcode-detector", ["dist/es/ponyfill.js", "dist/es/zxing-exported.js", "LICENSE"]),
    # Exactly the version that barcode-detector was built for.
    "zxing-wasm": ("3.1.3", "zxing-wasm", ["dist/reader/zxing_reader.wasm", "LICENSE"]),
    # With its types, which the check of the scripts reads.
    "idb": (
        "8.0.4",
        "idb",
        [
            "build/index.js",
            "build/index.d.ts",
            "build/entry.d.ts",
            "build/wrap-idb-value.d.ts",
            "build/async-iterators.d.ts",
            "build/database-extras.d.ts",
            "LICENSE",
        ],
    ),
    "htmx.org": ("2.0.10", "htmx", ["dist/htmx.min.js", "LICENSE"]),
    "@fontsource/barlow-condensed": (
        "5.2.8",
        "barlow-condensed",
        ["files/barlow-condensed-latin-600-normal.woff2", "LICENSE"],
    ),
}
"""Package -> version, folder, the files that are kept."""


def main() -> None:
    """Fetch every package of VENDORED into its folder."""
    for package, (version, folder, files) in VENDORED.items():
        fetch(package, version, HERE / f"{folder}@{version}", files)


def fetch(package: str, version: str, target: Path, files: list[str]) -> None:
    """Keep `files` of one package under `target`, by their last name."""
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(["npm", "pack", "--silent", f"{package}@{version}"], cwd=scratch, check=True)
        (archive,) = Path(scratch).glob("*.tgz")
        target.mkdir(exist_ok=True)
        with tarfile.open(archive) as packed:
            for name in files:
                kept = packed.extractfile(f"package/{name}")
                if kept is None:
                    raise SystemExit(f"{package}@{version}: expected a file {name}, found none")
                (target / Path(name).name).write_bytes(kept.read())


if __name__ == "__main__":
    main()
