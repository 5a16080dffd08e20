"""Who works here: people with their badges, PINs and roles, and the tokens by which programs act for them."""
