"""Trino over the lake's tables: a server elsewhere answers, in the types that DuckDB's answers have."""

from typing import Any

import pyarrow as pa
import requests
import trino.dbapi
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_fixed
from trino.exceptions import Error, TrinoConnectionError, TrinoQueryError

from eddyline.errors import QueryError
from eddyline.lake.catalog import CATALOG
from eddyline.lake.dialect.statements import read_statement
from eddyline.lake.trino_types import arrow_type, values
from eddyline.settings import Settings, TrinoSettings

NODELESS = "NO_NODES_AVAILABLE"
ATTEMPTS = 4
PAUSE_S = 2.0


def run(sql: str, settings: Settings) -> pa.Table:
    """Answer one query on the Trino server of the settings."""
    statement = read_statement(sql)
    try:
        with _connect(settings.trino) as connection:
            return _answer(connection, statement.text)
    except TrinoQueryError as error:
        raise QueryError(f"Trino: {error.message}") from error
    except (TrinoConnectionError, requests.RequestException) as error:
        address = f"{settings.trino.host}:{settings.trino.port} (EDDYLINE_TRINO__HOST, EDDYLINE_TRINO__PORT)"
        raise QueryError(f"no Trino answers at {address}; start one with `eddyline up --with trino`") from error
    except Error as error:
        raise QueryError(f"Trino: {error}") from error


def _answer(connection: Any, sql: str) -> pa.Table:
    # A server whose only worker is late with its announcement has run nothing yet, and will within seconds.
    asking = Retrying(retry=retry_if_exception(_is_nodeless), stop=stop_after_attempt(ATTEMPTS), wait=wait_fixed(PAUSE_S), reraise=True)
    cursor = connection.cursor()
    rows = asking(lambda: cursor.execute(sql).fetchall())
    return _table(cursor.description or [], rows)


def _is_nodeless(error: BaseException) -> bool:
    return isinstance(error, TrinoQueryError) and error.error_name == NODELESS


def _connect(server: TrinoSettings) -> Any:
    return trino.dbapi.Connection(server.host, server.port, user="eddyline", catalog=CATALOG, timezone="UTC", request_timeout=30, max_attempts=2)


def _table(description: list[Any], rows: list[Any]) -> pa.Table:
    types = [arrow_type(column.type_code) for column in description]
    columns = zip(*rows, strict=True) if rows else [[] for _ in types]
    arrays = [pa.array(map(values(kind), column), kind) for kind, column in zip(types, columns, strict=True)]
    return pa.Table.from_arrays(arrays, names=[column.name for column in description])
