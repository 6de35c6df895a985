"""The pages of what people answered and asked in vain, and the agenda made of it."""
