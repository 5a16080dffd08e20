"""One search over items, orders, tasks, places and people, by a whole code or by parts of names."""
