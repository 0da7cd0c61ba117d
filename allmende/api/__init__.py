"""REST for programs, and the tokens that let them in: thin, over the rooms' actions and queries."""
