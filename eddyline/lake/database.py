"""The catalog's database, and how long who finds it locked waits."""

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url

# A checkpoint or a copy of the file locks SQLite for seconds; its own patience of five is less than a slow disk needs.
LOCKED_S = 60


def patient(catalog_uri: str) -> str:
    """Return the address with which an SQLite file that somebody locked is waited for."""
    url = make_url(catalog_uri)
    waiting = url.update_query_dict({"timeout": str(LOCKED_S)}) if url.get_backend_name() == "sqlite" else url
    return waiting.render_as_string(hide_password=False)


def open_database(catalog_uri: str) -> Engine:
    """Open the database for leases; connections that a restart of its server broke are made anew."""
    return create_engine(patient(catalog_uri), pool_pre_ping=True)
