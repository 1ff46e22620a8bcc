"""What Game Center's plays do to the state: one row a hard case, the state after it from the view of the team with the ball."""

from typing import Any

import pytest

from eddyline.football.feeds.game_center import GameCenter
from eddyline.football.reducer import step
from eddyline.football.rules import nfl
from eddyline.football.state import GameState, Phase
from tests.football.game_center_records import HEADER, kick, record

FEED = GameCenter.from_header(HEADER)
START = GameState(home_team="MIA", away_team="DEN", quarter=2, seconds=620, second_half_receiver="MIA")


def after(told: dict[str, Any], before: GameState = START, season: int = 2017) -> GameState:
    [event] = FEED.read(told)
    return step(before, event, nfl(season))


Scrimmage = tuple[str, int, int, int]  # possession, yards to the goal line, down, distance

DOWNS: dict[str, tuple[dict[str, Any], Scrimmage]] = {
    "a short run": (record("(10:00) K.Drake right guard to MIA 43 for 3 yards (A.Gotsis).", (10, "MIA", 3)), ("MIA", 57, 2, 7)),
    "a run for a first down": (record("K.Drake left end to DEN 48 for 12 yards (A.B).", (3, "MIA", 0), (10, "MIA", 12)), ("MIA", 48, 1, 10)),
    "a run that the chains found short": (record("K.Drake left end to 50 for 10 yards (A.B).", (10, "MIA", 10)), ("MIA", 50, 2, 1)),
    "a first down inside the ten": (
        record("K.Drake left end pushed ob at DEN 6 for 9 yards.", (3, "MIA", 0), (10, "MIA", 9), at="DEN 15", down=2, to_go=3),
        ("MIA", 6, 1, 6),
    ),
    "an incompletion": (record("J.Cutler pass incomplete short left to K.Stills [V.Miller].", (14, "MIA", 0), down=2), ("MIA", 60, 3, 10)),
    "a spike": (record("J.Cutler spiked the ball to stop the clock.", (14, "MIA", 0)), ("MIA", 60, 2, 10)),
    "a kneel": (record("J.Cutler kneels to MIA 39 for -1 yards.", (10, "MIA", -1)), ("MIA", 61, 2, 11)),
    "a sack": (record("J.Cutler sacked ob at MIA 33 for -7 yards (V.Miller).", (20, "MIA", -7), down=3), ("MIA", 67, 4, 17)),
    "a failed fourth down": (record("K.Drake up the middle to MIA 40 for no gain.", (9, "MIA", 0), (10, "MIA", 0), down=4, to_go=1), ("DEN", 40, 1, 10)),
    "a strip-sack": (
        record(
            "J.Cutler sacked at MIA 32 for -8 yards (V.Miller). FUMBLES (V.Miller) [V.Miller], RECOVERED by DEN-S.R at MIA 31. "
            "S.R to MIA 25 for 6 yards (X.Y).",
            (20, "MIA", -8),
            (106, "MIA", 0),
        ),
        ("DEN", 25, 1, 10),
    ),
    "a fumble that its own team recovers": (
        record(
            "J.Ajayi left end to MIA 44 for 4 yards (A.B). FUMBLES (A.B), recovered by MIA-J.Landry at MIA 46. J.Landry to MIA 47 for 1 yard.", (10, "MIA", 4)
        ),
        ("MIA", 53, 2, 3),
    ),
    "a fumble out of bounds": (
        record("J.Ajayi left end to MIA 44 for 4 yards. FUMBLES (A.B), ball out of bounds at MIA 42.", (10, "MIA", 2)),
        ("MIA", 58, 2, 8),
    ),
    "a fumble out of the opponent's end zone": (
        record(
            "K.Drake right end to DEN 1 for 9 yards (A.B). FUMBLES (A.B), ball out of bounds in End Zone, Touchback.",
            (10, "MIA", 9),
            (106, "MIA", 0),
            at="DEN 10",
        ),
        ("DEN", 80, 1, 10),
    ),
    "a fumble that is recovered by the same man in his end zone": (
        record(
            "J.C pass INTERCEPTED by C.H at DEN -2. C.H to DEN -1 for 1 yard. FUMBLES, and recovers at DEN -4. Touchback.",
            (19, "MIA", 0),
        ),
        ("DEN", 80, 1, 10),
    ),
    "an aborted snap": (
        record("J.Cutler FUMBLES (Aborted) at MIA 34, and recovers at MIA 33. J.Cutler to MIA 33 for no gain.", (10, "MIA", 0)),
        ("MIA", 67, 2, 17),
    ),
    "an interception": (
        record(
            "J.Cutler pass deep right intended for K.Stills INTERCEPTED by C.Harris (A.B) [C.D] at DEN 35. C.Harris pushed ob at DEN 48 for 13 yards.",
            (19, "MIA", 0),
        ),
        ("DEN", 52, 1, 10),
    ),
    "an interception downed in the end zone": (
        record("J.Cutler pass deep middle intended for K.Stills INTERCEPTED by C.Harris at DEN -4. Touchback.", (19, "MIA", 0)),
        ("DEN", 80, 1, 10),
    ),
    "an interception fumbled back": (
        record(
            "J.Cutler pass short left intended for K.Stills INTERCEPTED by C.Harris at DEN 40. C.Harris to DEN 45 for 5 yards (J.A). "
            "FUMBLES (J.A), RECOVERED by MIA-J.Landry at DEN 44. J.Landry to DEN 44 for no gain.",
            (19, "MIA", 0),
            (106, "DEN", 0),
            down=3,
        ),
        ("MIA", 44, 1, 10),
    ),
    "a lateral": (
        record(
            "J.Cutler pass short right to K.Stills to DEN 45 for 15 yards. Lateral to J.Landry to DEN 40 for 5 yards (A.B).",
            (4, "MIA", 0),
            (15, "MIA", 20),
            (23, "MIA", 5),
        ),
        ("MIA", 40, 1, 10),
    ),
    "a fake punt": (
        record("(Punt formation) M.Haack pass short right to A.B to MIA 45 for 5 yards.", (15, "MIA", 5), (8, "MIA", 0), (4, "MIA", 0), down=4, to_go=3),
        ("MIA", 55, 1, 10),
    ),
}

PENALTIES: dict[str, tuple[dict[str, Any], Scrimmage]] = {
    "a false start": (record("PENALTY on MIA-J.James, False Start, 5 yards, enforced at MIA 40 - No Play.", (93, "MIA", 5)), ("MIA", 65, 1, 15)),
    "half the distance": (
        record("PENALTY on MIA, False Start, 3 yards, enforced at MIA 6 - No Play.", (93, "MIA", 3), at="MIA 6", down=2, to_go=4),
        ("MIA", 97, 2, 7),
    ),
    "an offside that gives the first down": (
        record("PENALTY on DEN-Z.Kerr, Encroachment, 5 yards, enforced at MIA 40 - No Play.", (93, "DEN", 5), (5, "MIA", 0), down=3, to_go=4),
        ("MIA", 55, 1, 10),
    ),
    "an offside that does not": (
        record("PENALTY on DEN-Z.Kerr, Neutral Zone Infraction, 5 yards, enforced at MIA 40 - No Play.", (93, "DEN", 5), down=3, to_go=9),
        ("MIA", 55, 3, 4),
    ),
    "defensive holding on third and long": (
        record(
            "J.Cutler pass incomplete. PENALTY on DEN-A.T, Defensive Holding, 5 yards, enforced at MIA 40 - No Play.",
            (93, "DEN", 5),
            (5, "MIA", 0),
            down=3,
            to_go=15,
        ),
        ("MIA", 55, 1, 10),
    ),
    "holding where the runner was": (
        record(
            "K.Drake right end to DEN 47 for 13 yards (A.B). PENALTY on MIA-M.P, Offensive Holding, 10 yards, enforced at MIA 42.",
            (10, "MIA", 2),
            (93, "MIA", 10),
        ),
        ("MIA", 68, 1, 18),
    ),
    "a personal foul after a run": (
        record(
            "K.Drake right end to MIA 44 for 4 yards (A.B). PENALTY on MIA-M.P, Unnecessary Roughness, 15 yards, enforced at MIA 44.",
            (10, "MIA", 4),
            (93, "MIA", 15),
        ),
        ("MIA", 71, 2, 21),
    ),
    "a personal foul after a first down": (
        record(
            "K.Drake right end to DEN 45 for 15 yards. PENALTY on MIA-M.P, Taunting, 15 yards, enforced between downs.",
            (3, "MIA", 0),
            (10, "MIA", 15),
            (93, "MIA", 15),
        ),
        ("MIA", 60, 1, 10),
    ),
    "intentional grounding": (
        record(
            "J.Cutler pass incomplete. PENALTY on MIA-J.Cutler, Intentional Grounding, 12 yards, enforced at MIA 40.", (14, "MIA", 0), (93, "MIA", 12), down=2
        ),
        ("MIA", 72, 3, 22),
    ),
    "roughing the passer added to a completion": (
        record(
            "J.Cutler pass to J.L to MIA 45 for 5 yards. PENALTY on DEN-V.M, Roughing the Passer, 15 yards, enforced at MIA 45.",
            (15, "MIA", 5),
            (5, "MIA", 0),
            (93, "DEN", 15),
            down=3,
        ),
        ("MIA", 40, 1, 10),
    ),
    "a penalty that is declined": (
        record("J.Cutler sacked at MIA 33 for -7 yards (V.M). Penalty on MIA-M.P, Offensive Holding, declined.", (20, "MIA", -7)),
        ("MIA", 67, 2, 17),
    ),
    "fouls that offset": (
        record(
            "J.Cutler pass INTERCEPTED by A.B at DEN 40. A.B to DEN 45 for 5 yards. "
            "Penalty on MIA-R.C, Illegal Motion, offsetting, enforced at MIA 40 - No Play. "
            "Penalty on DEN-H.S, Defensive Holding, offsetting.",
            down=3,
            to_go=8,
        ),
        ("MIA", 60, 3, 8),
    ),
    "one declined, one enforced": (
        record(
            "J.Cutler pass incomplete deep left. Penalty on DEN-E.G, Defensive Offside, declined. "
            "PENALTY on DEN-E.K, Roughing the Passer, 15 yards, enforced at MIA 40 - No Play.",
            (5, "MIA", 0),
            (93, "DEN", 15),
        ),
        ("MIA", 45, 1, 10),
    ),
    "two fouls one after the other": (
        record(
            "K.Drake to MIA 44 for 4 yards. PENALTY on DEN-A.B, Unnecessary Roughness, 15 yards, enforced at MIA 44. "
            "PENALTY on DEN-C.D, Unsportsmanlike Conduct, 15 yards, enforced at DEN 41.",
            (10, "MIA", 4),
            (5, "MIA", 0),
            (93, "DEN", 15),
        ),
        ("MIA", 26, 1, 10),
    ),
    "a touchdown nullified": (
        record(
            "J.Cutler pass short left to J.G for 12 yards, TOUCHDOWN NULLIFIED by Penalty. "
            "PENALTY on MIA-L.T, Offensive Holding, 10 yards, enforced at DEN 12 - No Play.",
            (93, "MIA", 10),
            at="DEN 12",
            down=3,
            to_go=4,
            scoring=0,
        ),
        ("MIA", 22, 3, 14),
    ),
    "a play that was reversed": (
        record(
            "M.S pass deep right to C.J pushed ob at DEN 42 for 18 yards. "
            "Denver challenged the pass completion ruling, and the play was REVERSED. M.S pass incomplete deep right to C.J (J.B).",
            (14, "MIA", 0),
        ),
        ("MIA", 60, 2, 10),
    ),
    "a reversed play whose penalty is told once": (
        record(
            "M.S pass to C.J to DEN 42 for 18 yards. PENALTY on DEN-S.T, Personal Foul, 15 yards, enforced at MIA 40. "
            "The Replay Assistant challenged the ruling, and the play was REVERSED. M.S pass incomplete.",
            (14, "MIA", 0),
            (5, "MIA", 0),
            (93, "DEN", 15),
        ),
        ("MIA", 45, 1, 10),
    ),
}

KICKS: dict[str, tuple[dict[str, Any], Scrimmage]] = {
    "a punt": (
        record("M.Haack punts 40 yards to DEN 20, Center-J.D. I.M to DEN 27 for 7 yards (A.B).", (29, "MIA", 40), (33, "DEN", 7), down=4),
        ("DEN", 73, 1, 10),
    ),
    "a punt into the end zone": (record("M.Haack punts 60 yards to end zone, Center-J.D, Touchback.", (32, "MIA", 60), down=4), ("DEN", 80, 1, 10)),
    "a punt that is downed": (record("M.Haack punts 52 yards to DEN 8, Center-J.D, downed by MIA-W.A.", (29, "MIA", 52), down=4), ("DEN", 92, 1, 10)),
    "a punt with a foul of the kickers": (
        record(
            "M.Haack punts 40 yards to DEN 20, Center-J.D, fair catch by I.M. PENALTY on MIA, Illegal Formation, 5 yards, enforced at DEN 20.",
            (29, "MIA", 40),
            (93, "MIA", 5),
            down=4,
        ),
        ("DEN", 75, 1, 10),
    ),
    "a punt fouled before the kick": (
        record(
            "M.Haack punts 40 yards to DEN 20. PENALTY on DEN-A.B, Running Into the Kicker, 5 yards, enforced at MIA 40 - No Play.",
            (93, "DEN", 5),
            down=4,
            to_go=8,
        ),
        ("MIA", 55, 4, 3),
    ),
    "a muffed punt that the kickers recover": (
        record("M.Haack punts 40 yards to DEN 20, Center-J.D. I.M MUFFS catch, touched at DEN 20, RECOVERED by MIA-W.A at DEN 18.", (29, "MIA", 40), down=4),
        ("MIA", 18, 1, 10),
    ),
    "a muffed punt that the receivers keep": (
        record("M.Haack punts 40 yards to DEN 20, Center-J.D. I.M MUFFS catch, and recovers at DEN 19. I.M to DEN 22 for 3 yards.", (29, "MIA", 40), down=4),
        ("DEN", 78, 1, 10),
    ),
    "a blocked punt": (
        record(
            "M.Haack punt is BLOCKED by T.F, Center-J.D, RECOVERED by DEN-M.T at MIA 24. M.T ran ob at MIA 20 for 4 yards.",
            (2, "MIA", 0),
            (86, "DEN", 0),
            down=4,
        ),
        ("DEN", 20, 1, 10),
    ),
    "a blocked punt that the kickers advance enough": (
        record("M.Haack punt is BLOCKED by T.F, Center-J.D, recovered by MIA-A.B at MIA 35. A.B to MIA 48 for 13 yards.", (2, "MIA", 0), down=4, to_go=5),
        ("MIA", 52, 1, 10),
    ),
    "a blocked punt that the kickers do not": (
        record("M.Haack punt is BLOCKED by T.F, Center-J.D, recovered by MIA-A.B at MIA 35. A.B to MIA 37 for 2 yards.", (2, "MIA", 0), down=4, to_go=5),
        ("DEN", 37, 1, 10),
    ),
    "a missed field goal": (
        record("C.Parkey 48 yard field goal is No Good, Wide Left, Center-J.D, Holder-M.H.", (69, "MIA", 48), at="DEN 30", down=4),
        ("DEN", 62, 1, 10),
    ),
    "a short field goal missed": (
        record("C.Parkey 23 yard field goal is No Good, Hit Left Upright.", (69, "MIA", 23), at="DEN 5", down=4, to_go=5),
        ("DEN", 80, 1, 10),
    ),
    "a missed field goal run back": (
        record(
            "C.Parkey 60 yard field goal is No Good, Short, Center-J.D, Holder-M.H. C.H to DEN 40 for 45 yards (A.B).", (69, "MIA", 60), at="DEN 42", down=4
        ),
        ("DEN", 60, 1, 10),
    ),
    "a blocked field goal": (
        record(
            "C.Parkey 48 yard field goal is BLOCKED (D.W), Center-J.D, Holder-M.H, RECOVERED by DEN-A.T at DEN 40. A.T to DEN 45 for 5 yards.",
            (71, "MIA", 48),
            at="DEN 30",
            down=4,
        ),
        ("DEN", 55, 1, 10),
    ),
    "a kickoff returned": (kick("C.Parkey kicks 66 yards from MIA 35 to DEN -1. B.L to DEN 19 for 20 yards (J.L).", (43, "MIA", 66)), ("DEN", 81, 1, 10)),
    "a kickoff into the end zone": (kick("C.Parkey kicks 65 yards from MIA 35 to end zone, Touchback.", (44, "MIA", 65)), ("DEN", 75, 1, 10)),
    "a kickoff out of bounds": (kick("C.Parkey kicks 60 yards from MIA 35 to DEN 5, out of bounds.", (41, "MIA", 25)), ("DEN", 60, 1, 10)),
    "a kickoff with a foul": (
        kick(
            "C.Parkey kicks 66 yards from MIA 35 to DEN -1. B.L to DEN 30 for 31 yards. PENALTY on DEN-A.B, Offensive Holding, 10 yards, enforced at DEN 25.",
            (43, "MIA", 66),
            (93, "DEN", 10),
        ),
        ("DEN", 85, 1, 10),
    ),
    "a kicker who ran out of bounds": (
        kick(
            "C.Parkey kicks 66 yards from MIA 35 to DEN -1. B.L to DEN 30 for 31 yards. "
            "PENALTY on MIA-A.B, Player Out of Bounds on Kick, 5 yards, enforced at DEN 30.",
            (43, "MIA", 66),
        ),
        ("DEN", 65, 1, 10),
    ),
    "an onside kick that the kickers recover": (
        kick("C.Parkey kicks onside 13 yards from MIA 35 to MIA 48. RECOVERED by MIA-A.V.", (41, "MIA", 13), (107, "MIA", 0)),
        ("MIA", 52, 1, 10),
    ),
    "an onside kick that they do not": (
        kick("C.Parkey kicks onside 13 yards from MIA 35 to MIA 48. D.T (didn't try to advance) to MIA 48 for no gain (A.B).", (41, "MIA", 13)),
        ("DEN", 48, 1, 10),
    ),
    "a kickoff that is muffed away": (
        kick("C.Parkey kicks 62 yards from MIA 35 to DEN 3. B.L MUFFS catch, RECOVERED by MIA-A.B at DEN 2.", (41, "MIA", 62)),
        ("MIA", 2, 1, 2),
    ),
    "a kickoff whose return is fumbled away": (
        kick(
            "C.Parkey kicks 62 yards from MIA 35 to DEN 3. B.L to DEN 22 for 19 yards (A.B). FUMBLES (A.B), RECOVERED by MIA-C.D at DEN 21.",
            (41, "MIA", 62),
            (106, "DEN", 0),
        ),
        ("MIA", 21, 1, 10),
    ),
}


@pytest.mark.parametrize(("told", "expected"), (DOWNS | PENALTIES | KICKS).values(), ids=(DOWNS | PENALTIES | KICKS).keys())
def test_the_next_down_after(told: dict[str, Any], expected: Scrimmage) -> None:
    state = after(told)
    assert (state.possession, state.yards_to_goal, state.down, state.distance) == expected
    assert state.phase is Phase.SCRIMMAGE
    assert (state.home_score, state.away_score) == (0, 0)


SCORES: dict[str, tuple[dict[str, Any], tuple[int, int, Phase, str]]] = {
    "a touchdown": (record("K.Drake left guard for 42 yards, TOUCHDOWN.", (11, "MIA", 42), at="DEN 42", scoring=1), (6, 0, Phase.TRY, "MIA")),
    "an interception returned": (
        record("J.Cutler pass INTERCEPTED by J.S at DEN 35. J.S for 65 yards, TOUCHDOWN.", (19, "MIA", 0), (26, "DEN", 65), scoring=1),
        (0, 6, Phase.TRY, "DEN"),
    ),
    "a punt returned": (
        record("M.Haack punts 38 yards to DEN 22. I.M for 78 yards, TOUCHDOWN.", (29, "MIA", 38), (34, "DEN", 78), down=4, scoring=1),
        (0, 6, Phase.TRY, "DEN"),
    ),
    "a blocked field goal returned": (
        record(
            "C.P 53 yard field goal is BLOCKED (P.C), RECOVERED by DEN-K.A at MIA 35. K.A for 35 yards, TOUCHDOWN.",
            (71, "MIA", 53),
            (64, "DEN", 35),
            down=4,
            scoring=1,
        ),
        (0, 6, Phase.TRY, "DEN"),
    ),
    "a fumble recovered in the own end zone": (
        record("K.D to DEN 2 for 3 yards. FUMBLES (A.B), recovered by MIA-J.L in End Zone, TOUCHDOWN.", (10, "MIA", 3), (56, "MIA", 0), at="DEN 5", scoring=1),
        (6, 0, Phase.TRY, "MIA"),
    ),
    "a kickoff recovered in the end zone by the kickers": (
        kick(
            "C.P kicks 65 yards from MIA 35 to DEN 0. B.L MUFFS catch, RECOVERED by MIA-A.B at DEN -1. TOUCHDOWN.", (41, "MIA", 65), (108, "MIA", 0), scoring=1
        ),
        (6, 0, Phase.TRY, "MIA"),
    ),
    "a field goal": (
        record("C.Parkey 37 yard field goal is GOOD, Center-J.D, Holder-M.H.", (70, "MIA", 37), at="DEN 20", down=4, scoring=1),
        (3, 0, Phase.KICKOFF, "DEN"),
    ),
    "a safety": (
        record("J.C sacked in End Zone for -8 yards, SAFETY (V.M).", (20, "MIA", -8), (89, "DEN", 0), at="MIA 8", scoring=1),
        (0, 2, Phase.FREE_KICK, "DEN"),
    ),
    "a safety by a foul": (
        record(
            "J.C pass incomplete. PENALTY on MIA-J.J, Offensive Holding, 4 yards, enforced in End Zone, SAFETY.",
            (89, "DEN", 0),
            (93, "MIA", 4),
            at="MIA 4",
            scoring=1,
        ),
        (0, 2, Phase.FREE_KICK, "DEN"),
    ),
    "an extra point": (kick("C.Parkey extra point is GOOD, Center-J.D, Holder-M.H.", (72, "MIA", 0), at="DEN 15", scoring=1), (1, 0, Phase.KICKOFF, "DEN")),
    "an extra point that misses": (kick("C.Parkey extra point is No Good, Wide Left, Center-J.D.", (73, "MIA", 0), at="DEN 15"), (0, 0, Phase.KICKOFF, "DEN")),
    "an extra point blocked and brought back": (
        kick(
            "W.L extra point is Blocked (J.S), Center-J.D. DEFENSIVE TWO-POINT ATTEMPT. W.P recovered the blocked kick. ATTEMPT SUCCEEDS.",
            (74, "MIA", 0),
            (403, "DEN", 0),
            (404, "DEN", 0),
            at="DEN 15",
            scoring=1,
        ),
        (0, 2, Phase.KICKOFF, "DEN"),
    ),
    "two points": (
        kick("TWO-POINT CONVERSION ATTEMPT. J.C pass to J.L is complete. ATTEMPT SUCCEEDS.", (77, "MIA", 0), at="DEN 2", scoring=1),
        (2, 0, Phase.KICKOFF, "DEN"),
    ),
    "two points that fail": (
        kick("TWO-POINT CONVERSION ATTEMPT. J.C pass to J.L is incomplete. ATTEMPT FAILS.", (78, "MIA", 0), at="DEN 2"),
        (0, 0, Phase.KICKOFF, "DEN"),
    ),
    "two points intercepted and brought back": (
        kick(
            "TWO-POINT CONVERSION ATTEMPT. J.C pass is intercepted. ATTEMPT FAILS. DEFENSIVE TWO-POINT ATTEMPT. C.H ran. ATTEMPT SUCCEEDS.",
            (78, "MIA", 0),
            at="DEN 2",
            scoring=1,
        ),
        (0, 2, Phase.KICKOFF, "DEN"),
    ),
}


@pytest.mark.parametrize(("told", "expected"), SCORES.values(), ids=SCORES.keys())
def test_the_score_and_what_follows(told: dict[str, Any], expected: tuple[int, int, Phase, str]) -> None:
    state = after(told)
    assert (state.home_score, state.away_score, state.phase, state.possession) == expected


def test_a_foul_between_downs_after_a_touchdown_moves_the_kickoff() -> None:
    foul = "PENALTY on MIA-K.S, Unsportsmanlike Conduct, 15 yards, enforced between downs."
    scored = after(record(f"J.C pass INTERCEPTED by J.S at DEN 35. J.S for 65 yards, TOUCHDOWN. {foul}", (26, "DEN", 65), scoring=1))
    tried = after(kick("TWO-POINT CONVERSION ATTEMPT. P.L pass to D.T is incomplete. ATTEMPT FAILS.", (78, "DEN", 0), at="MIA 2", team="DEN"), scored)
    assert (tried.phase, tried.possession, tried.yards_to_goal) == (Phase.KICKOFF, "MIA", 50)


def test_a_foul_marked_off_on_the_try_does_not_move_the_kickoff_too() -> None:
    foul = "PENALTY on DEN-K.S, Unsportsmanlike Conduct, 15 yards, enforced between downs."
    scored = after(record(f"K.D for 42 yards, TOUCHDOWN. {foul}", (11, "MIA", 42), at="DEN 42", scoring=1))
    tried = after(kick("TWO-POINT CONVERSION ATTEMPT. J.C rushes. ATTEMPT SUCCEEDS.", (75, "MIA", 0), at="DEN 1"), scored)
    assert (tried.phase, tried.yards_to_goal) == (Phase.KICKOFF, 35)


def test_a_foul_on_a_kickoff_moves_the_kick_that_is_repeated() -> None:
    waiting = after(record("C.P 37 yard field goal is GOOD.", (70, "MIA", 37), at="DEN 20", down=4))
    moved = after(kick("PENALTY on MIA-C.P, Delay of Game, 5 yards, enforced at MIA 35 - No Play.", (93, "MIA", 5)), waiting)
    assert (moved.phase, moved.possession, moved.yards_to_goal) == (Phase.KICKOFF, "DEN", 30)
    kicked = (
        "C.P kicks 70 yards from MIA 30 to DEN 0. B.L to DEN 20 for 20 yards. PENALTY on MIA-A.B, Offside on Free Kick, 5 yards, enforced at MIA 30 - No Play."
    )
    assert after(kick(kicked, (93, "MIA", 5), at="MIA 30"), moved).yards_to_goal == 25


def test_a_foul_on_a_try_moves_the_try() -> None:
    scored = after(record("K.D for 42 yards, TOUCHDOWN.", (11, "MIA", 42), at="DEN 42"))
    moved = after(kick("PENALTY on MIA-A.B, False Start, 5 yards, enforced at DEN 15 - No Play.", (93, "MIA", 5), at="DEN 15"), scored)
    assert (moved.phase, moved.possession, moved.yards_to_goal) == (Phase.TRY, "MIA", 20)


def test_after_a_safety_the_team_that_was_scored_on_kicks_from_its_20() -> None:
    conceded = after(record("J.C sacked in End Zone for -8 yards, SAFETY (V.M).", (20, "MIA", -8), (89, "DEN", 0), at="MIA 8"))
    assert conceded.yards_to_goal == 20
    kicked = after(kick("M.H kicks 60 yards from MIA 20 to DEN 20. B.L to DEN 35 for 15 yards.", (41, "MIA", 60), at="MIA 20"), conceded)
    assert (kicked.possession, kicked.yards_to_goal, kicked.down) == ("DEN", 65, 1)
    punted = after(kick("M.H punts 55 yards to DEN 25, Center-J.D. B.L to DEN 30 for 5 yards.", (29, "MIA", 55), at="MIA 20"), conceded)
    assert (punted.possession, punted.yards_to_goal, punted.down) == ("DEN", 70, 1)


@pytest.mark.parametrize(
    ("text", "charged"),
    [
        (
            "K.D to MIA 43. Denver challenged the fumble ruling, and the play was Upheld. The ruling on the field stands. (Timeout #2 by DEN at 09:50.)",
            "DEN",
        ),
        ("K.D to MIA 43 for 3 yards. Denver challenged the fumble ruling, and the play was Upheld. The ruling on the field stands.", "DEN"),
        ("Pass 8, YAC 0 Miami challenged the first down ruling, and the play was Upheld.", "MIA"),
        ("K.D to MIA 43. The Replay Official reviewed the fumble ruling, and the play was Upheld.", ""),
        ("K.D to MIA 43. The Replay Assistant challenged the fumble ruling, and the play was Upheld.", ""),
        ("K.D to MIA 43. Denver challenged the fumble ruling, and the play was REVERSED. K.D to MIA 42 for 2 yards.", ""),
    ],
)
def test_a_lost_challenge_costs_a_timeout(text: str, charged: str) -> None:
    state = after(record(text, (10, "MIA", 3)))
    assert (state.home_timeouts, state.away_timeouts) == (2 if charged == "MIA" else 3, 2 if charged == "DEN" else 3)


def test_a_counted_timeout_shows_one_that_nobody_told_of() -> None:
    told = kick("Timeout #2 by DEN at 00:03.", (68, "DEN", 0), at="", team="")
    assert after(told).away_timeouts == 1


def test_a_timeout_that_only_the_statistics_tell_of_is_charged_and_one_by_nobody_is_not() -> None:
    assert after(kick("(:03) time is called", (68, "MIA", 0), at="", team="")).home_timeouts == 2
    official = after(kick("Timeout by the officials at 02:10.", at="", team=""))
    assert (official.home_timeouts, official.away_timeouts) == (3, 3)
    named = after(record("K.D right guard to MIA 43 for 3 yards. Timeout #1 by the visitors.", (10, "MIA", 3)))
    assert (named.home_timeouts, named.away_timeouts) == (3, 3)


def test_no_team_has_fewer_than_no_timeouts() -> None:
    state = START
    for number in range(1, 5):
        state = after(kick(f"Timeout #{number} by MIA at 00:1{number}.", (68, "MIA", 0), at="", team="", play_id=number), state)
    assert state.home_timeouts == 0


def test_a_team_that_moved_is_the_same_team() -> None:
    feed = GameCenter.from_header(HEADER | {"home": "OAK", "away": "SD", "season": 2012})
    [event] = feed.read(record("D.M left end to SD 45 for 15 yards (A.B).", (3, "OAK", 0), (10, "OAK", 15), at="OAK 40", team="OAK"))
    state = step(GameState(home_team=feed.home, away_team=feed.away), event, feed.rules)
    assert (state.home_team, state.away_team, state.possession, state.yards_to_goal) == ("LV", "LAC", "LV", 45)


@pytest.mark.parametrize(("city", "team"), [("New York Giants", "NYG"), ("NY Jets", "NYJ")])
def test_of_two_teams_of_a_city_the_named_one_challenged(city: str, team: str) -> None:
    feed = GameCenter.from_header(HEADER | {"home": "NYG", "away": "NYJ"})
    [event] = feed.read(
        record(f"E.M left end to NYG 43 for 3 yards. {city} challenged the ruling, and the play was Upheld.", (10, "NYG", 3), at="NYG 40", team="NYG")
    )
    assert event.timeouts == (team,)


def test_numbers_may_come_as_text_and_fields_may_be_empty() -> None:
    told = record("K.D right guard to MIA 43 for 3 yards.", (10, "MIA", 3)) | {"play_id": "100", "qtr": "2", "down": "1", "ydstogo": "10", "note": None}
    [event] = FEED.read(told)
    assert (event.play_id, after(told)) == (100, after(record("K.D right guard to MIA 43 for 3 yards.", (10, "MIA", 3))))
    assert after(told | {"stats": None, "clock": None, "yrdln": None}, after(told)).down == 2
