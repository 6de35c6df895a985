"""Serve the page of the golden questions, on the present index and on the index before."""
