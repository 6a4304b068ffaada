"""Pages of a neighbourhood about its needs."""
