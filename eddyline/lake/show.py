"""SHOW and DESCRIBE, answered from the catalog as Trino would."""

import pyarrow as pa
from pyiceberg.catalog import Catalog

from eddyline.errors import QueryError


def answer(text: str, catalog: Catalog) -> pa.Table:
    """Answer SHOW SCHEMAS, SHOW TABLES, SHOW COLUMNS or DESCRIBE."""
    raise QueryError(f"{text} is not understood")
