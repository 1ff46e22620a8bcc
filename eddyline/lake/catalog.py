"""The Iceberg catalog `lake`: one database that Spark, PyIceberg, DuckDB and Trino share."""

import os
from pathlib import Path

from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.io import PY_IO_IMPL
from pyiceberg.utils.config import Config
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from eddyline.errors import LakeError
from eddyline.lake import hdfs_files
from eddyline.lake.database import patient
from eddyline.settings import LakeSettings

CATALOG = "lake"


def open_catalog(lake: LakeSettings) -> SqlCatalog:
    """Open the catalog, making its database where there is none.

    Raises LakeError when the database cannot be reached.
    """
    url = make_url(lake.catalog_uri)
    if url.database and url.get_backend_name() == "sqlite":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    try:
        # Who keeps the catalog open makes connections anew that a restart of the database's server broke.
        properties = {**storage_properties(lake), "uri": patient(lake.catalog_uri), "warehouse": lake.warehouse, "pool_pre_ping": "true"}
        return SqlCatalog(CATALOG, **properties)
    except SQLAlchemyError as error:
        raise LakeError(
            f"the catalog {url.render_as_string(hide_password=True)} cannot be opened: {error.__class__.__name__}; see EDDYLINE_LAKE__CATALOG_URI"
        ) from error


def region_of(lake: LakeSettings) -> str:
    """Name the S3 store's region."""
    return lake.s3_region or os.environ.get("AWS_REGION", "us-east-1")


def storage_properties(lake: LakeSettings) -> dict[str, str]:
    """Say to PyIceberg how table files are reached; secrets are among the values."""
    # What is said in PyIceberg's own way, PYICEBERG_CATALOG__LAKE__S3__ENDPOINT and so on, counts beneath our settings.
    own = {name: str(value) for name, value in (Config().get_catalog_config(CATALOG) or {}).items() if name.startswith("s3.")}
    region = {"s3.region": region_of(lake)} if lake.s3_region or "s3.region" not in own else {}
    virtual = str(not lake.s3_path_style).lower()
    endpoint = {"s3.endpoint": lake.s3_endpoint, "s3.force-virtual-addressing": virtual} if lake.s3_endpoint else {}
    keys = {"s3.access-key-id": lake.s3_access_key, "s3.secret-access-key": lake.s3_secret_key, "s3.session-token": lake.s3_session_token}
    given = {name: key.get_secret_value() for name, key in keys.items() if key.get_secret_value()}
    hdfs = {hdfs_files.WEB_ADDRESS: lake.hdfs_web_address, hdfs_files.USER: lake.hdfs_user}
    return {PY_IO_IMPL: f"{hdfs_files.__name__}.{hdfs_files.Files.__name__}"} | own | region | endpoint | given | hdfs
