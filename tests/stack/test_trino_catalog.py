"""What Trino is told of the catalog and the files."""

import re
from pathlib import Path

import pytest

from eddyline import settings as settings_module
from eddyline.errors import SetupError
from eddyline.stack.trino import catalog_properties, catalog_secrets


def properties(home: Path, **lake: str) -> dict[str, str]:
    text = catalog_properties(settings_module.load(home=home, lake=lake))
    return dict(line.split("=", 1) for line in text.splitlines())


def test_on_a_laptop_it_reads_the_sqlite_file_and_local_files(tmp_path: Path) -> None:
    found = properties(tmp_path)
    assert found["iceberg.jdbc-catalog.connection-url"].startswith(f"jdbc:sqlite:{tmp_path}/catalog.db")
    assert found["iceberg.jdbc-catalog.default-warehouse-dir"] == (tmp_path / "warehouse").as_uri()
    assert found["fs.hadoop.enabled"] == "true"


def test_in_a_cluster_it_reads_postgresql_and_s3(tmp_path: Path) -> None:
    found = properties(tmp_path, catalog_uri="postgresql+psycopg2://me:hush@db/lake", warehouse="s3://bucket/lake")
    assert found["iceberg.jdbc-catalog.connection-url"] == "jdbc:postgresql://db:5432/lake"
    assert found["iceberg.jdbc-catalog.connection-user"] == "me"
    assert found["fs.native-s3.enabled"] == "true"
    assert "fs.hadoop.enabled" not in found


def test_secrets_are_named_in_the_file_and_given_by_the_environment(tmp_path: Path) -> None:
    keys = {"s3_access_key": "hush-access", "s3_secret_key": "hush-secret"}
    lake = {"catalog_uri": "postgresql+psycopg2://me:hush@db/lake", "warehouse": "s3://bucket/lake", "s3_endpoint": "http://store:1", **keys}
    settings = settings_module.load(home=tmp_path, lake=lake)
    text, secrets = catalog_properties(settings), catalog_secrets(settings)
    assert "hush" not in text
    assert set(re.findall(r"\$\{ENV:(\w+)\}", text)) < secrets.keys()
    assert (secrets["AWS_ACCESS_KEY_ID"], secrets["AWS_SECRET_ACCESS_KEY"]) == ("hush-access", "hush-secret")
    assert "AWS_SESSION_TOKEN" not in secrets
    assert {"s3.endpoint=http://store:1", "s3.region=us-east-1", "s3.path-style-access=true"} <= set(text.splitlines())


def test_on_hdfs_it_reads_by_hadoops_files(tmp_path: Path) -> None:
    found = properties(tmp_path, warehouse="hdfs://namenode:8020/lake")
    assert found["iceberg.jdbc-catalog.default-warehouse-dir"] == "hdfs://namenode:8020/lake"
    assert found["fs.hadoop.enabled"] == "true"


def test_another_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="EDDYLINE_LAKE__CATALOG_URI"):
        properties(tmp_path, catalog_uri="mysql://db/lake")
