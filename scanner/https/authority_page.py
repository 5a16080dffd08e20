"""A small app on plain HTTP, from which phones install the authority of the HTTPS server."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, render_template

ROOT = Path(__file__).resolve().parent.parent.parent


def create_authority_page(authority: bytes, secure_url: str) -> Flask:
    """Make the app. `authority` is its certificate in PEM, which is no secret."""
    app = Flask("authority_page", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))

    @app.get("/")
    def how() -> str:
        """The page that says how to install the authority, and where to go then."""
        return render_template("https/index.html", secure_url=secure_url)

    @app.get("/scanner-ca.crt")
    def certificate() -> Response:
        """The certificate of the authority, in the type that phones offer to install."""
        return Response(authority, mimetype="application/x-x509-ca-cert")

    return app
