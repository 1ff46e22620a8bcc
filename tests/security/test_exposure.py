"""Without keys, the API is served to this machine only."""

import subprocess
import sys

import pytest

from api.exposure import check_exposure
from eddyline.errors import SettingsError
from eddyline.settings import ApiSettings


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.5", "eddyline.example", "", "127.0.0.1.example"])
def test_another_address_without_keys_is_refused_and_says_what_to_do(host: str) -> None:
    with pytest.raises(SettingsError, match=r"EDDYLINE_API__REQUIRE_KEYS=true.*eddyline keys create"):
        check_exposure(ApiSettings(host=host))
    check_exposure(ApiSettings(host=host, require_keys=True))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_this_machine_needs_no_keys_unless_every_web_page_may_call(host: str) -> None:
    check_exposure(ApiSettings(host=host, cors_origins=("https://game.example",)))
    with pytest.raises(SettingsError, match="every web page"):
        check_exposure(ApiSettings(host=host, cors_origins=("*",)))


def test_the_api_does_not_start_open_to_others() -> None:
    environ = {"EDDYLINE_API__HOST": "0.0.0.0", "EDDYLINE_API__PORT": "0", "PATH": ""}
    done = subprocess.run([sys.executable, "-m", "api"], env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "keys create" in done.stderr
