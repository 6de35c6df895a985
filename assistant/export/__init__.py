"""Passages as files for other programs, one file a format: pure functions of passages, which write nothing."""
