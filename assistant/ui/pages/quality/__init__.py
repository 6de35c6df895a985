"""The page of the golden questions, on this index and on the one before."""
