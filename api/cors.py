"""Which browsers' pages may read our answers."""

from collections.abc import Sequence

ALLOWED_HEADERS = "Authorization, Content-Type, Idempotency-Key, X-Api-Key, X-Event-Id"
EXPOSED_HEADERS = "X-Event-Id, Retry-After, RateLimit, RateLimit-Policy, WWW-Authenticate"
PREFLIGHT_AGE_S = "600"


def cors_headers(origin: str | None, allowed: Sequence[str]) -> list[tuple[str, str]]:
    """List the headers that let a page of `origin` read an answer; none if the settings do not name it."""
    if not origin or not allowed:
        return []
    if "*" in allowed:
        return [("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", EXPOSED_HEADERS)]
    vary = [("Vary", "Origin")]
    return [*vary, ("Access-Control-Allow-Origin", origin), ("Access-Control-Expose-Headers", EXPOSED_HEADERS)] if origin in allowed else vary


def preflight_headers(methods: str) -> list[tuple[str, str]]:
    """List what a preflight asks besides the origin."""
    return [("Access-Control-Allow-Methods", methods), ("Access-Control-Allow-Headers", ALLOWED_HEADERS), ("Access-Control-Max-Age", PREFLIGHT_AGE_S)]
