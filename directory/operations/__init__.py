"""Use cases: what a person can do here. The only place where things change."""
