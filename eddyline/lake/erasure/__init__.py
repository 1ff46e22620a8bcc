"""What the erasure of a player needs beside the tables: who is meant, by hash, and files outside of every table."""
