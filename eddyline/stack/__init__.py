"""The local stack: Java, jars, broker, Trino, processes, health."""
