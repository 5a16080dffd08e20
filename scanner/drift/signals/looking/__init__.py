"""The day's look at the record: which signals open, and which close by what a count found."""
