"""Spark: the session, the topic source and the exactly-once table sink."""
