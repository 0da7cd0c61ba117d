"""A fake of a company's page at LinkedIn that holds state, as the Community Management API documents it."""
