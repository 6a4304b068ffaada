"""Pages, one module and blueprint an audience."""
