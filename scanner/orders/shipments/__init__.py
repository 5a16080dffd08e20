"""What a shop ships without scanning: booked from the record, and marked as assumed."""
