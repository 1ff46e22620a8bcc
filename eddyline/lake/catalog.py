"""The Iceberg catalog `lake`: one database that Spark, PyIceberg, DuckDB and Trino share."""

from pathlib import Path

from pyiceberg.catalog.sql import SqlCatalog
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
        return SqlCatalog(CATALOG, uri=lake.catalog_uri, warehouse=lake.warehouse)
    except SQLAlchemyError as error:
        raise LakeError(
            f"the catalog {url.render_as_string(hide_password=True)} cannot be opened: {error.__class__.__name__}; see EDDYLINE_LAKE__CATALOG_URI"
        ) from error
