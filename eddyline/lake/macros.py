"""DuckDB macros for what differs from Trino by the type or the value of an argument."""

SPACES = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"

MACROS = (
    """CREATE MACRO trino_is_integer(a) AS typeof(a) IN ('TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT')""",
    """CREATE MACRO trino_is_decimal(a) AS starts_with(typeof(a), 'DECIMAL')""",
    """CREATE MACRO trino_is_double(a) AS typeof(a) IN ('DOUBLE', 'FLOAT')""",
    # Integers divide to integers, all else as DuckDB does; the detour by DOUBLE is exact because larger numbers are refused.
    """CREATE MACRO trino_divide(a, b) AS cast_to_type(
        CASE WHEN trino_is_integer(a) AND trino_is_integer(b) THEN CAST(a // b AS DOUBLE) ELSE a / b END, a + b)""",
    """CREATE MACRO trino_no_decimal(a) AS CASE WHEN trino_is_decimal(a) THEN
        error('refused: avg of a decimal rounds to its scale in Trino; CAST it to double') ELSE a END""",
    """CREATE MACRO trino_round(a, n) AS CASE WHEN trino_is_decimal(a) THEN
        error('refused: round of a decimal keeps its scale in Trino; CAST it to double or to the decimal you want') ELSE round(a, n) END""",
    """CREATE MACRO trino_sign(a) AS CASE WHEN trino_is_decimal(a) THEN error('refused: sign of a decimal; CAST it to double') ELSE cast_to_type(sign(a), a) END""",
    """CREATE MACRO trino_substr(s, n, l) AS CASE WHEN n = 0 OR -n > length(s) OR l <= 0 THEN '' ELSE substring(s, n, l) END""",
    f"""CREATE MACRO trino_spaces() AS '{SPACES}'""",
    """CREATE MACRO trino_lower(s) AS lower(s)""",
    """CREATE MACRO trino_upper(s) AS upper(s)""",
)
