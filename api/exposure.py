"""Whether the API may be served as the settings say: without keys only to this machine, and to no browser page of elsewhere."""

import ipaddress

from eddyline.errors import SettingsError
from eddyline.settings import ApiSettings

_HOW = "set EDDYLINE_API__REQUIRE_KEYS=true and make a key with `eddyline keys create --name NAME`"


def check_exposure(api: ApiSettings) -> None:
    """Raise SettingsError if others than this machine's own programs could send events without a key."""
    if api.require_keys:
        return
    if not is_loopback(api.host):
        raise SettingsError(f"the API would answer everybody who reaches {api.host}: {_HOW}, or set EDDYLINE_API__HOST=127.0.0.1")
    if "*" in api.cors_origins:
        raise SettingsError(f"every web page that a user of this machine opens could send events: {_HOW}, or name the origins in EDDYLINE_API__CORS_ORIGINS")


def is_loopback(host: str) -> bool:
    """Say whether only this machine reaches an address; a name other than localhost may mean any address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
