"""The record: SQLModel tables and the statements on them. Nothing here commits; a service is the transaction."""
