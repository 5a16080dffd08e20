"""What all pages share: the request, the database, errors, charts. No queries, no rules."""
