"""The API's description for people and programs, without a network."""

from pathlib import Path

from flask import Flask, Response, abort

from api.answers import JSON, json_answer
from api.flask_answers import to_flask
from api.openapi import render
from api.problems import PROBLEMS, problem

PAGE = Path(__file__).with_name("docs.html")
# The page may load nothing from elsewhere, whatever a later edit puts into it.
POLICY = (
    "default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def add_routes(app: Flask) -> None:
    """Add /openapi.json, /docs and /problems/<kind>."""
    document = render().encode()
    page = PAGE.read_bytes()

    def openapi_json() -> Response:
        return Response(document, mimetype=JSON)

    def docs() -> Response:
        return Response(page, mimetype="text/html", headers={"Content-Security-Policy": POLICY})

    def describe_problem(kind: str) -> Response:
        return to_flask(json_answer(200, problem(kind))) if kind in PROBLEMS else abort(404)

    app.add_url_rule("/openapi.json", view_func=openapi_json)
    app.add_url_rule("/docs", view_func=docs)
    app.add_url_rule("/problems/<kind>", view_func=describe_problem)
