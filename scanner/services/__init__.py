"""What people do with the system: a use case is a function, and a function is one transaction.

Each takes the session first and never commits: `Database.transact` runs it whole or not at all.
"""
