"""Our answers in Flask's form, and Flask's errors in ours."""

import structlog
from flask import Flask, Response
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as WerkzeugResponse

from api.answers import Answer
from api.problems import problem_answer

_KINDS = {404: "not_found", 405: "method_not_allowed"}
_logger = structlog.get_logger()


def to_flask(answer: Answer) -> Response:
    """Turn an answer into Flask's response."""
    return Response(answer.body, answer.status, answer.headers)


def add_error_handlers(app: Flask) -> None:
    """Answer every error of Flask's with a problem document."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _mistake)


def _http_error(error: HTTPException) -> Response | WerkzeugResponse:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    allow = [(name, value) for name, value in error.get_headers() if name == "Allow"]
    return to_flask(problem_answer(status, _KINDS.get(status, "bad_request" if status < 500 else "internal"), "", allow))


def _mistake(error: Exception) -> Response:
    # The process boundary: a mistake of ours costs one answer, not the server.
    _logger.error("a route failed", exc_info=error)
    return to_flask(problem_answer(500, "internal"))
