"""How fast items are sold, how long they take to come, and how much of them goes missing."""
