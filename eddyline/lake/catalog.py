"""The Iceberg catalog `lake`: one database that Spark, PyIceberg, DuckDB and Trino share."""

from pathlib import Path

from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.utils.config import Config
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from eddyline.errors import LakeError
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
        return SqlCatalog(CATALOG, **_object_store(), uri=lake.catalog_uri, warehouse=lake.warehouse)
    except SQLAlchemyError as error:
        raise LakeError(
            f"the catalog {url.render_as_string(hide_password=True)} cannot be opened: {error.__class__.__name__}; see EDDYLINE_LAKE__CATALOG_URI"
        ) from error


def _object_store() -> dict[str, str]:
    # How an S3 endpoint is reached is said in PyIceberg's own way: PYICEBERG_CATALOG__LAKE__S3__ENDPOINT and so on.
    return {name: str(value) for name, value in (Config().get_catalog_config(CATALOG) or {}).items() if name.startswith("s3.")}
