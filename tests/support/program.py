"""A program that speaks the API."""

from uuid import uuid4

from scanner.people import tokens
from tests.support.warehouse import LAMP, MUG, NOW

__all__ = ["LAMP", "MUG", "Program", "scan"]


class Program:
    """A program with one operator's token."""

    def __init__(self, app, name):
        token = app.extensions["database"].transact(tokens.create_token, name, NOW)
        self.client, self.headers = app.test_client(), {"Authorization": f"Bearer {token}"}

    def get(self, path, **query):
        return self.client.get(f"/api/v1{path}", query_string=query, headers=self.headers)

    def post(self, path, body=None, **more):
        return self.client.post(f"/api/v1{path}", json=body, headers=self.headers, **more)

    def scan(self, code=MUG, **more):
        return self.post("/scans", scan(code, **more))


def scan(code=MUG, **more):
    return {"id": str(uuid4()), "task": "PO-1001", "code": code, "source": "api", "scanned_at": "2026-11-23T10:00:00Z", **more}
