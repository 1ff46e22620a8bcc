"""Spark jobs, one file a job, each runnable by spark-submit."""
