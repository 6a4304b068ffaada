"""Pages of a neighbourhood with a problem."""
