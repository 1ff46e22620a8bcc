"""The `eddyline` command, one module a command group."""
