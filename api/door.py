"""The lean door: a WSGI function that answers the event routes itself and hands everything else to Flask.

An ordinary Flask route costs several times as much; bench/api_routes.py measures it.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from api.answers import SECURITY_HEADERS, STATUS_LINES, Answer
from api.cors import cors_headers, preflight_headers
from api.events import Environ, EventRoutes
from api.gate import Gate
from api.metrics import Metrics
from api.players import PATH as PLAYERS
from api.players import PlayerRoutes
from api.problems import problem_answer
from eddyline.keys.credentials import Permission

Wsgi = Callable[[Environ, Any], Iterable[bytes]]
Handler = Callable[[Environ], Answer]
ItemHandler = Callable[[Environ, str], Answer]
_logger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Route:
    """One route: its name in the metrics, what answers each method, and what a key must allow."""

    name: str
    methods: Mapping[str, Handler]
    need: Permission = "send"

    @property
    def allow(self) -> str:
        """The methods, as the Allow header lists them."""
        return ", ".join((*self.methods, "OPTIONS"))


def fixed_routes(events: EventRoutes, players: PlayerRoutes) -> dict[str, Route]:
    """List the routes that have one path."""
    guild = {"GET": events.join_guild, "POST": events.join_guild, "DELETE": events.leave_guild}
    return {
        "/events": Route("/events", {"POST": events.post_events}),
        "/join_guild": Route("/join_guild", guild),
        "/join_a_guild": Route("/join_a_guild", guild),
        PLAYERS: Route(PLAYERS, {"GET": players.of_guild}, "read"),
    }


ITEM_PREFIXES = ("/purchase_a_", "/purchase/")
# Path and query; a classroom event of the longest fields has a quarter of it.
MAX_TARGET_CHARACTERS = 8_192
# What the metrics call a request that is turned away before Flask sees it.
BEHIND = "flask"


class LeanDoor:
    """A WSGI application in front of another one."""

    def __init__(
        self, events: EventRoutes, players: PlayerRoutes, behind: Wsgi, metrics: Metrics, *, cors_origins: tuple[str, ...], gate: Gate | None = None
    ) -> None:
        self._events, self._players = events, players
        self._routes = fixed_routes(events, players)
        self._behind = behind
        self._metrics = metrics
        self._cors_origins = cors_origins
        self._gate = gate

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer an event route, or let the application behind answer."""
        started = time.perf_counter()
        path = environ.get("PATH_INFO") or "/"
        route = self._route(path)
        cors = cors_headers(environ.get("HTTP_ORIGIN"), self._cors_origins) if self._cors_origins else []
        answer = self._stop(environ, path, route)
        if answer is None and route is None:
            return self._behind(environ, _adding(cors, start_response))
        if answer is None and route is not None:
            answer = self._answer(route, environ)
        assert answer is not None
        self._metrics.time(route.name if route else BEHIND, answer.status, time.perf_counter() - started)
        start_response(STATUS_LINES[answer.status], answer.headers + cors)
        return [answer.body]

    def _stop(self, environ: Environ, path: str, route: Route | None) -> Answer | None:
        if len(path) + len(environ.get("QUERY_STRING") or "") > MAX_TARGET_CHARACTERS:
            return self._turn_away("uri_too_long", problem_answer(414, "uri_too_long"))
        if self._gate is None:
            return None
        refusal = self._gate.admit(environ, path, route.need if route else "read")
        return refusal and self._turn_away("unauthorized" if refusal.status == 401 else "forbidden", refusal)

    def _turn_away(self, problem: str, answer: Answer) -> Answer:
        self._metrics.turn_away(problem)
        return answer

    def _route(self, path: str) -> Route | None:
        route = self._routes.get(path)
        if route is not None:
            return route
        for prefix in ITEM_PREFIXES:
            item = path[len(prefix) :]
            if item and path.startswith(prefix) and "/" not in item:
                return self._purchase(prefix, item)
        user_id = path[len(PLAYERS) + 1 :]
        return self._player(user_id) if user_id and path.startswith(f"{PLAYERS}/") and "/" not in user_id else None

    def _player(self, user_id: str) -> Route:
        return Route(f"{PLAYERS}/<id>", {"GET": lambda environ: self._players.find(environ, user_id)}, "read")

    def _purchase(self, prefix: str, item: str) -> Route:
        def handler(environ: Environ) -> Answer:
            return self._events.purchase(environ, item)

        return Route(f"{prefix}<item>", {"GET": handler, "POST": handler})

    def _answer(self, route: Route, environ: Environ) -> Answer:
        method = environ["REQUEST_METHOD"]
        handler = route.methods.get(method)
        if handler is None:
            return _without_handler(route, method)
        try:
            return handler(environ)
        except Exception:
            # The process boundary: a mistake of ours costs one answer, not the server.
            _logger.exception("an event route failed", route=route.name)
            return problem_answer(500, "internal")


def _without_handler(route: Route, method: str) -> Answer:
    if method == "OPTIONS":
        return Answer(204, b"", [("Allow", route.allow), *SECURITY_HEADERS, *preflight_headers(route.allow)])
    return problem_answer(405, "method_not_allowed", "", [("Allow", route.allow)])


def _adding(headers: list[tuple[str, str]], start_response: Any) -> Any:
    def start(status: str, own: list[tuple[str, str]], *rest: Any) -> Any:
        named = {name.lower() for name, _ in own}
        return start_response(status, [*own, *(header for header in SECURITY_HEADERS if header[0].lower() not in named), *headers], *rest)

    return start
