"""What differs: expected against actual, its owner, and how it was settled."""
