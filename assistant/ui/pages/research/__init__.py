"""The pages of research: passages found by words and filters, the basket, and their export."""
