"""Bytes to rows and back: CSV, XLSX, HSDS."""
