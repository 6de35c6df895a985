"""Private data of the people who use the assistant: accounts, sessions, audit trail, baskets, reactions and
measures."""
