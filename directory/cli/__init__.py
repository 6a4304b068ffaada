"""The `directory` command."""
