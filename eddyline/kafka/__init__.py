"""Kafka: produce, consume, create topics."""
