"""The API for other programs: JSON in, JSON out, over every room."""
