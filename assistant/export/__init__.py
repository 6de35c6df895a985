"""Converts passages to files for other programs, one module per format: pure functions, which write no file.
`formats.py` registers the formats."""
