"""DuckDB macros for what differs from Trino by the type or the value of an argument."""

# What Trino's trim takes away: found by trying every code point.
SPACES = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u2028\u2029\u205f\u3000"

MACROS = (
    """CREATE MACRO trino_is_integer(a) AS typeof(a) IN ('TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT')""",
    """CREATE MACRO trino_is_decimal(a) AS starts_with(typeof(a), 'DECIMAL')""",
    """CREATE MACRO trino_is_double(a) AS typeof(a) IN ('DOUBLE', 'FLOAT')""",
    # Integers divide to integers, all else as DuckDB does; the detour by DOUBLE is exact because larger numbers are refused.
    """CREATE MACRO trino_divide(a, b) AS cast_to_type(
        CASE WHEN trino_is_integer(a) AND trino_is_integer(b) THEN CAST(a // b AS DOUBLE) ELSE a / b END, a + b)""",
    """CREATE MACRO trino_no_decimal(a) AS CASE WHEN trino_is_decimal(a) THEN
        error('refused: avg of a decimal rounds to its scale in Trino; CAST it to double: use --engine trino') ELSE a END""",
    """CREATE MACRO trino_round(a, n) AS CASE WHEN trino_is_decimal(a) THEN
        error('refused: round of a decimal keeps its scale in Trino; CAST it to double or to the decimal you want: use --engine trino') ELSE round(a, n) END""",
    """CREATE MACRO trino_sign(a) AS CASE WHEN trino_is_decimal(a) THEN
        error('refused: sign of a decimal; CAST it to double: use --engine trino') ELSE cast_to_type(sign(a), a) END""",
    """CREATE MACRO trino_substr(s, n, l) AS CASE
        WHEN s IS NULL OR n IS NULL OR l IS NULL THEN NULL WHEN n = 0 OR -n > length(s) OR l <= 0 THEN '' ELSE substring(s, n, l) END""",
    f"""CREATE MACRO trino_spaces() AS '{SPACES}'""",
    # DuckDB makes the one letter into a capital that Java does not know.
    """CREATE MACRO trino_upper(s) AS CASE WHEN contains(s, 'ß')
        THEN array_to_string(list_transform(string_split(s, 'ß'), LAMBDA part: upper(part)), 'ß') ELSE upper(s) END""",
    """CREATE MACRO trino_replace(s, old, new) AS CASE WHEN old = '' THEN
        error('refused: replace of an empty text: use --engine trino') ELSE replace(s, old, new) END""",
    """CREATE MACRO trino_split(s, d) AS CASE WHEN d IS NULL THEN NULL WHEN d = '' THEN error('the delimiter of split may not be the empty string')
        ELSE string_split(s, d) END""",
    """CREATE MACRO trino_split_part(s, d, n) AS CASE WHEN n < 1 THEN
        error('the index of split_part must be greater than zero') ELSE trino_split(s, d)[n] END""",
    """CREATE MACRO trino_from_utf8(b) AS CASE WHEN TRY(decode(b)) IS NULL THEN trino_mended(b) ELSE TRY(decode(b)) END""",
    """CREATE MACRO trino_array_join(a, d) AS CASE WHEN a IS NULL OR d IS NULL THEN NULL ELSE coalesce(array_to_string(a, d), '') END""",
    """CREATE MACRO trino_truncate(a) AS CASE WHEN trino_is_integer(a) THEN
        error('refused: truncate of a whole number makes a decimal in Trino: use --engine trino') ELSE trunc(a) END""",
    """CREATE MACRO trino_array_distinct(a) AS list_filter(a, LAMBDA x, i: list_position(a, x) = i)""",
    """CREATE MACRO trino_contains(a, x) AS CASE WHEN list_contains(a, x) THEN true WHEN len(a) <> list_count(a) THEN NULL ELSE list_contains(a, x) END""",
    # date_format and its like see milliseconds, rounded.
    """CREATE MACRO trino_millis(t) AS date_trunc('milliseconds', CAST(t AS TIMESTAMP) + INTERVAL 500 MICROSECONDS)""",
    # Trino's date_diff sees whole milliseconds, and DuckDB counts months of TIMESTAMP WITH TIME ZONE otherwise when the end is the earlier one.
    """CREATE MACRO trino_whole_millis(t) AS date_trunc('milliseconds', CAST(t AS TIMESTAMP))""",
    # Trino reads a document only as far as the path leads, so it finds values in broken ones too.
    """CREATE MACRO trino_json_scalar(j, p) AS CASE
        CASE WHEN NOT json_valid(j) AND regexp_matches(j, '^\\s*[{\\["0-9-]') THEN 'BROKEN' ELSE TRY(json_type(j, p)) END
        WHEN 'BROKEN' THEN error('refused: json_extract_scalar of a broken document: use --engine trino')
        WHEN 'OBJECT' THEN NULL WHEN 'ARRAY' THEN NULL WHEN 'NULL' THEN NULL
        WHEN 'DOUBLE' THEN error('refused: json_extract_scalar of a number that is not whole, which Trino gives as written: use --engine trino')
        ELSE TRY(json_extract_string(j, p)) END""",
)
