"""Results of counting: accuracy (IRA) and drift in money."""
