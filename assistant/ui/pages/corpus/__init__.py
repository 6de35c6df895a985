"""Serve the page of the corpus: its sources and their state, adding, the bin, the update."""
