"""The small plain-HTTP app beside an HTTPS server, from which phones install the authority."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, render_template

ROOT = Path(__file__).resolve().parent.parent.parent


def create_hand_out(authority: bytes, secure_url: str) -> Flask:
    """The app; `authority` is the certificate in PEM, which is no secret."""
    app = Flask("hand_out", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))

    @app.get("/")
    def how() -> str:
        """How to install the authority on a phone, and where to go then."""
        return render_template("https/index.html", secure_url=secure_url)

    @app.get("/scanner-ca.crt")
    def certificate() -> Response:
        """The authority's certificate, in the type that phones offer to install."""
        return Response(authority, mimetype="application/x-x509-ca-cert")

    return app
