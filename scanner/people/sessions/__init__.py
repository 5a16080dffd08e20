"""Who is signed in on which device: kept in the database, so that it can be ended there."""
