"""Flask blueprints: parse, one call, render. No queries, no rules."""
