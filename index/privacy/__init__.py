"""De-identification of interviews: names are replaced, and withdrawn words are kept out."""
