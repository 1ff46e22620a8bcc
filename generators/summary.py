"""Words for a person about a run of the generator."""

from eddyline.game.truth import Truth


def summary(truth: Truth) -> str:
    """Tell what was made and what was answered."""
    rate = truth.sent / truth.seconds if truth.seconds else 0.0
    lines = [
        f"sent {truth.sent:,} bodies in {truth.seconds:.1f} s ({rate:,.0f} a second) by {truth.via}, seed {truth.seed}",
        f"  made      {truth.valid:,} events, {truth.bad:,} bad bodies, {truth.resent:,} resends",
        f"  answered  {truth.acknowledged:,} acknowledged, {truth.refused:,} refused, {truth.unanswered:,} without an answer ({truth.retried:,} sent again)",
        "  events by type",
        *(f"    {count:>9,}  {name}" for name, count in truth.by_type.items()),
    ]
    reasons = [f"    {count:>9,}  {name}" for name, count in truth.bad_by_reason.items()]
    return "\n".join([*lines, *(["  bad bodies by the reason quarantine must name", *reasons] if reasons else [])]) + "\n"
