"""The list of reasons why goods cannot be sold."""
