"""Whose play it was, as far as the feed's text names them: ball carrier, passer and receiver, or kicker."""

import re

# "A.Rodgers", "M.Valdes-Scantling", "St.Brown" of the Game Center; whole names elsewhere.
INITIAL = r"[A-Z][A-Za-z]{0,3}\.\s?(?:[A-Z][a-z]\.\s?)?[A-Z][\w'-]+(?:\s(?:Jr|Sr|II|III|IV|V)\b\.?)?"
WHOLE = r"[A-Z][\w'.-]*(?:\s[A-Z][\w'.-]*){1,3}"
_REMARK = re.compile(
    rf"\([^)]*\)|\[[^\]]*\]|TWO-POINT CONVERSION ATTEMPT\.|Direct snap to {INITIAL}\.|{INITIAL}[^.]* reported in as eligible\.|{INITIAL}[^.]* injured[^.]*\."
)
_SPACED = re.compile(r"^([A-Z][A-Za-z]{0,3}\.)\s")
_FIRST_INITIAL = re.compile(rf"^\W*({INITIAL})")
_FIRST_WHOLE = re.compile(rf"^\W*({WHOLE}) (?:run|rush|pass|sacked|scrambles|punt|kickoff|kick|\d+ (?:yd|yard))")
_RECEIVER = re.compile(rf"\bpass\b[^.]*? (?:to|intended for) +({INITIAL}|{WHOLE})")


def named_players(description: str) -> tuple[str, ...]:
    """Return who carried, threw and caught, or kicked; nobody where the text begins otherwise (a penalty, a timeout)."""
    told = _REMARK.sub(" ", description.rpartition("REVERSED.")[2]).strip()
    first = _FIRST_INITIAL.match(told) or _FIRST_WHOLE.match(told)
    if first is None:
        return ()
    receiver = _RECEIVER.search(told)
    found = (first[1], receiver[1]) if receiver else (first[1],)
    return tuple(dict.fromkeys(_SPACED.sub(r"\1", name) for name in found))
