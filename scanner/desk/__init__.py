"""What is next for whoever is signed in, over all rooms: the numbers of the home page."""
