import pytest

from api.kept_headers import kept_headers


def test_ordinary_headers_are_kept_under_their_usual_names() -> None:
    environ = {"HTTP_HOST": "user1.comcast.com", "HTTP_USER_AGENT": "ab", "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": "3", "PATH_INFO": "/"}
    assert kept_headers(environ) == {"Host": "user1.comcast.com", "User-Agent": "ab", "Content-Type": "application/json"}


@pytest.mark.parametrize(
    "name",
    ["AUTHORIZATION", "COOKIE", "SET_COOKIE", "PROXY_AUTHORIZATION", "X_API_KEY", "X_AUTH_USER", "X_CSRF_TOKEN", "X_SESSION_ID", "APIKEY", "X_PASSWORD"],
)
def test_headers_named_like_credentials_are_left_out(name: str) -> None:
    assert kept_headers({f"HTTP_{name}": "abc"}) == {}


@pytest.mark.parametrize("value", ["Bearer abc", "basic dXNlcjpwYXNz", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "x=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0."])
def test_values_that_look_like_tokens_are_left_out(value: str) -> None:
    assert kept_headers({"HTTP_X_NOTE": value, "HTTP_ACCEPT": "*/*"}) == {"Accept": "*/*"}
