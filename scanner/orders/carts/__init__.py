"""A cart of several orders, picked on one walk, each into its own tote."""
