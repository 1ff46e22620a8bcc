"""What Spark is told of the catalog and the files."""

from pathlib import Path
from typing import Any

from eddyline.settings import load
from eddyline.spark.session import _local_options, _options, catalog_options

PREFIX = "spark.sql.catalog.lake."
CLUSTER = {
    "catalog_uri": "postgresql+psycopg2://me:hush-catalog@db/lake",
    "warehouse": "s3://bucket/lake",
    "s3_endpoint": "https://store.example",
    "s3_access_key": "hush-access",
    "s3_secret_key": "hush-secret",
    "s3_session_token": "hush-token",
}


def options(home: Path, **lake: Any) -> dict[str, str]:
    found = catalog_options(load(home=home, lake=lake))
    return {name.removeprefix(PREFIX): value for name, value in found.items()}


def test_on_a_laptop_it_opens_the_sqlite_file_and_local_files(tmp_path: Path) -> None:
    found = options(tmp_path)
    assert found["uri"].startswith(f"jdbc:sqlite:{tmp_path}/catalog.db")
    assert found["warehouse"] == (tmp_path / "warehouse").as_uri()
    assert not {"io-impl", "jdbc.user", "s3.endpoint"} & found.keys()


def test_on_an_s3_store_it_gets_the_store_its_keys_and_the_catalogs_login(tmp_path: Path) -> None:
    found = options(tmp_path, **CLUSTER, s3_region="eu-north-1", s3_path_style=False)
    assert found["uri"] == "jdbc:postgresql://db:5432/lake"
    assert (found["jdbc.user"], found["jdbc.password"]) == ("me", "hush-catalog")
    assert found["io-impl"].endswith("S3FileIO")
    assert (found["s3.endpoint"], found["client.region"], found["s3.path-style-access"]) == ("https://store.example", "eu-north-1", "false")
    assert (found["s3.access-key-id"], found["s3.secret-access-key"], found["s3.session-token"]) == ("hush-access", "hush-secret", "hush-token")


def test_on_amazons_s3_nothing_is_said_that_amazon_knows_better(tmp_path: Path) -> None:
    found = options(tmp_path, warehouse="s3://bucket/lake")
    assert not [name for name in found if name.startswith("s3.")]


def test_on_hdfs_the_files_are_hadoops(tmp_path: Path) -> None:
    assert "io-impl" not in options(tmp_path, warehouse="hdfs://namenode:8020/lake")


def test_what_goes_into_the_jvms_command_line_holds_no_secret(tmp_path: Path) -> None:
    settings = load(home=tmp_path, lake=CLUSTER)
    assert "hush" not in str(_options(settings) | _local_options(settings, []))
