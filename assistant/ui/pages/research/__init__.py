"""The pages of research: searches over the passages of the corpus, and the basket of each member of the team."""
