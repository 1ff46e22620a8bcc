"""One name for each team, whatever a feed, a season or a referee calls it."""

MOVED = {
    "OAK": "LV",
    "SD": "LAC",
    "SDG": "LAC",
    "STL": "LA",
    "SL": "LA",
    "LAR": "LA",
    "RAM": "LA",
    "JAC": "JAX",
    "ARZ": "ARI",
    "BLT": "BAL",
    "CLV": "CLE",
    "HST": "HOU",
    "WSH": "WAS",
    "GNB": "GB",
    "KAN": "KC",
    "NWE": "NE",
    "NOR": "NO",
    "SFO": "SF",
    "TAM": "TB",
}

# As referees call them in challenges; New York and Los Angeles have two teams, of which one plays.
CITIES = {
    "arizona": ("ARI",),
    "atlanta": ("ATL",),
    "baltimore": ("BAL",),
    "buffalo": ("BUF",),
    "carolina": ("CAR",),
    "chicago": ("CHI",),
    "cincinnati": ("CIN",),
    "cleveland": ("CLE",),
    "dallas": ("DAL",),
    "denver": ("DEN",),
    "detroit": ("DET",),
    "green bay": ("GB",),
    "houston": ("HOU",),
    "indianapolis": ("IND",),
    "jacksonville": ("JAX",),
    "kansas city": ("KC",),
    "miami": ("MIA",),
    "minnesota": ("MIN",),
    "new england": ("NE",),
    "new orleans": ("NO",),
    "giants": ("NYG",),
    "jets": ("NYJ",),
    "new york": ("NYG", "NYJ"),
    "n.y.": ("NYG", "NYJ"),
    "ny": ("NYG", "NYJ"),
    "oakland": ("LV",),
    "las vegas": ("LV",),
    "philadelphia": ("PHI",),
    "pittsburgh": ("PIT",),
    "san diego": ("LAC",),
    "chargers": ("LAC",),
    "rams": ("LA",),
    "los angeles": ("LA", "LAC"),
    "st. louis": ("LA",),
    "st louis": ("LA",),
    "seattle": ("SEA",),
    "san francisco": ("SF",),
    "tampa bay": ("TB",),
    "tennessee": ("TEN",),
    "washington": ("WAS",),
}


def team(code: str | None) -> str:
    """Return a team's present code: OAK is LV, STL is LA, SD is LAC, JAC is JAX."""
    code = (code or "").strip()
    return MOVED.get(code, code)


def called(name: str, playing: tuple[str, ...]) -> str:
    """Return which of the teams that play a referee's words mean, empty for none."""
    said = name.lower()
    for part, codes in CITIES.items():
        if part in said:
            found = [code for code in codes if code in playing]
            if len(found) == 1:
                return found[0]
    return team(name) if team(name) in playing else ""
