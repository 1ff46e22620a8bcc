"""Where player states are served from: Redis, or the compacted topic held in memory."""
