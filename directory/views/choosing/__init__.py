"""Pages of a neighbourhood that chooses a provider."""
