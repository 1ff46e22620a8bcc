"""Who finds the catalog locked waits, and longer than a lock of half a minute lasts."""

from pathlib import Path

from sqlalchemy import make_url

from eddyline.lake.database import open_database, patient


def test_a_locked_sqlite_file_is_waited_for_a_minute(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'catalog.db'}")
    with database.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 60_000
    database.dispose()


def test_the_address_keeps_what_it_says() -> None:
    assert patient("postgresql+psycopg2://eddyline:s%40crt@127.0.0.1:5432/lake") == "postgresql+psycopg2://eddyline:s%40crt@127.0.0.1:5432/lake"
    assert make_url(patient("sqlite:////a/b/catalog.db")).database == "/a/b/catalog.db"
