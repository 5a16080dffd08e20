"""The floor: a bare Flask app on the same server that makes one durable SQLite insert a POST. `floor.py DATABASE PORT`."""

from __future__ import annotations

import sys
import threading

from flask import Flask, request
from pysqlite3 import dbapi2 as sqlite

from scanner.serving.ports import listen
from scanner.serving.server import Door, Server

app = Flask("floor")
local = threading.local()


def connection() -> sqlite.Connection:
    """This thread's connection."""
    if not hasattr(local, "connection"):
        local.connection = sqlite.connect(sys.argv[1], isolation_level=None, timeout=10)
        local.connection.execute("PRAGMA journal_mode=WAL")
        local.connection.execute("PRAGMA synchronous=FULL")
    return local.connection


@app.post("/")
def insert() -> dict[str, bool]:
    """One row, on the disk before the answer goes out."""
    scan = request.get_json()
    connection().execute("INSERT INTO scan (id, task, code) VALUES (?, ?, ?)", (scan["id"], scan["task"], scan["code"]))
    return {"recorded": True}


if __name__ == "__main__":
    connection().execute("CREATE TABLE scan (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, task TEXT, code TEXT)")
    Server([Door(listen("127.0.0.1", int(sys.argv[2])), app)]).start()
    threading.Event().wait()
