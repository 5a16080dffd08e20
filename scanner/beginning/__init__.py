"""The first hour of a shop: its first supervisor, and what is left to do until goods can be worked with."""
