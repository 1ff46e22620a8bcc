"""Plants the bug that PLANTED_BUG names in every Python process that has this folder on its path: the proof must find it."""

import importlib.abc
import importlib.machinery
import os
import sys
from datetime import timedelta


def without_marks(settled):
    """The sink lands a replayed batch again: it asks no table what it holds."""
    settled.Settled.missing = lambda _self, records: records


def early_answer(sender):
    """The API answers before Kafka has acknowledged."""
    acknowledged, not_sent = sender.Outcome.ACKNOWLEDGED, sender.Outcome.NOT_SENT
    sender._outcome = lambda delivery, _deadline: not_sent if delivery is None else acknowledged


def watermark(resends):
    """The check for resends drops whatever lies behind a watermark, as dropDuplicatesWithinWatermark does."""
    honest = resends.ResendCheck.judge

    def judge(self, valid, accepted, now):
        from pyspark.sql import functions as F

        judged = honest(self, valid, accepted, now)
        newest = valid.agg(F.max("occurred_at")).head()[0]
        late = valid.where(F.col("occurred_at") < newest - timedelta(minutes=10)).select("kafka_partition", "kafka_offset").toArrow()
        return resends.Judged(resends.pa.concat_tables([judged.resends, late.cast(judged.resends.schema)]), judged.conflicts)

    resends.ResendCheck.judge = judge


BUGS = {
    "without-marks": ("eddyline.spark.settled", without_marks),
    "early-answer": ("api.sender", early_answer),
    "watermark": ("eddyline.spark.resends", watermark),
}


class Planter(importlib.abc.MetaPathFinder):
    """Lets a module be imported as ever, then plants the bug in it."""

    def __init__(self, module, plant):
        self.module, self.plant = module, plant

    def find_spec(self, name, path=None, target=None):
        if name != self.module:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        run = spec.loader.exec_module

        def run_and_plant(module):
            run(module)
            self.plant(module)
            sys.stderr.write(f"planted {os.environ['PLANTED_BUG']}\n")

        spec.loader.exec_module = run_and_plant
        return spec


if bug := os.environ.get("PLANTED_BUG"):
    sys.meta_path.insert(0, Planter(*BUGS[bug]))
