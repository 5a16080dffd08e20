"""What a code is, and where that is: outside a task any code answers."""
