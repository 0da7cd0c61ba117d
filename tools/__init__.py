"""What developers and starters need: the environment, the checks, the catalogues. Not part of the product."""
