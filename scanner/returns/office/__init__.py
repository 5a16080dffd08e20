"""Returns for customer service: announced, arrived, to be refunded."""
