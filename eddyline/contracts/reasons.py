"""Why an event is refused: the reasons a quarantine row or a problem document names."""

from enum import StrEnum


class Reason(StrEnum):
    """A reason, stable enough to count and to query by."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    MALFORMED_JSON = "malformed_json"
    DUPLICATE_KEY = "duplicate_key"
    NOT_AN_EVENT = "not_an_event"
    UNKNOWN_EVENT_TYPE = "unknown_event_type"
    MISSING_FIELD = "missing_field"
    UNKNOWN_FIELD = "unknown_field"
    WRONG_TYPE = "wrong_type"
    OUT_OF_RANGE = "out_of_range"
    CLOCK = "clock"
    ID_CONFLICT = "id_conflict"
    UNSTATED = "unstated"
