"""WTForms, one module an audience."""
