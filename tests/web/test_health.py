"""What whoever watches the server is told."""

from pathlib import Path


def test_a_server_with_its_database_is_well(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_a_server_whose_database_is_damaged_says_so(app, client):
    database = app.extensions["database"]
    database.dispose()
    file = Path(database.url.database)
    for beside in file.parent.glob(f"{file.name}-*"):
        beside.unlink()
    file.write_bytes(b"something else entirely " * 400)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (503, {"status": "no database"})
    page = client.get("/sign-in")
    assert page.status_code == 200 and "Sign in" in page.text
