"""The pages of feedback: reactions to answers, questions without an answer, and the agenda drawn from them."""
