"""The work behind the « Corpus » page: files are received, described, put into the corpus folder or taken out of it,
and the index follows. Nothing here knows of a page."""
