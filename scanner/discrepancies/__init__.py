"""What is off: expected against actual, its owner, and how it was settled."""
