"""The work behind the « Corpus » page: files received, described, put into the corpus folder, taken out of it, and the
index that follows. Nothing here knows of a page."""
