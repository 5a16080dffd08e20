"""The floor: a bare Flask app on the same server that makes one durable insert a POST. `floor.py DATABASE PORT`.

DATABASE is a file of SQLite, or the URL of an empty database of PostgreSQL.
"""

from __future__ import annotations

import sys
import threading
from typing import Any

import psycopg
from flask import Flask, request
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy.engine import make_url

from scanner.serving.ports import listen
from scanner.serving.server import Door, Server

app = Flask("floor")
local = threading.local()
DATABASE = sys.argv[1]
IS_FILE = "://" not in DATABASE
TABLE = "CREATE TABLE scan (seq {} PRIMARY KEY, id TEXT UNIQUE, task TEXT, code TEXT)"
INSERT = "INSERT INTO scan (id, task, code) VALUES ({0}, {0}, {0})"


def connection() -> Any:
    """This thread's connection."""
    if not hasattr(local, "connection"):
        local.connection = _file() if IS_FILE else _server()
    return local.connection


def _file() -> sqlite.Connection:
    opened = sqlite.connect(DATABASE, isolation_level=None, timeout=10)
    opened.execute("PRAGMA journal_mode=WAL")
    opened.execute("PRAGMA synchronous=FULL")
    return opened


def _server() -> psycopg.Connection[Any]:
    plain = make_url(DATABASE).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True, prepare_threshold=0)


@app.post("/")
def insert() -> dict[str, bool]:
    """One row, on the disk before the answer goes out."""
    scan = request.get_json()
    connection().execute(INSERT.format("?" if IS_FILE else "%s"), (scan["id"], scan["task"], scan["code"]))
    return {"recorded": True}


if __name__ == "__main__":
    connection().execute(TABLE.format("INTEGER" if IS_FILE else "BIGSERIAL"))
    Server([Door(listen("127.0.0.1", int(sys.argv[2])), app)]).start()
    threading.Event().wait()
