"""Customer service: announced returns, what came of them, what can be refunded."""
