"""A fake of Facebook's pages that holds state, as the Graph API documents them."""
