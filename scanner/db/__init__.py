"""The database: engine, group commit, prepared statements, column types, migrations. Knows no room."""
