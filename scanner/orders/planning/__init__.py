"""What orders still need, which shelves they are picked from, and what cannot be filled."""
