"""The people who use the assistant: who they are, and what each may do."""
