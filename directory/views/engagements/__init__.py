"""Pages of agreed work, for both its parties."""
