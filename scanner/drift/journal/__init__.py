"""The journal of a period: what moved between the accounts of the books, balanced, in the formats of accounting programs."""
