"""The likely cause of a variance, from what happened to the item."""
