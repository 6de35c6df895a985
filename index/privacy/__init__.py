"""What keeps the people of the interviews from being recognised."""
