"""The app as `python3 -m scanner serve` runs it: `serve.py DATABASE PORT`."""

from __future__ import annotations

import sys

from scanner.cli import main

if __name__ == "__main__":
    url = sys.argv[1] if "://" in sys.argv[1] else f"sqlite:///{sys.argv[1]}"
    sys.exit(main(["serve", "--host", "127.0.0.1", "--port", sys.argv[2], "--database", url]))
