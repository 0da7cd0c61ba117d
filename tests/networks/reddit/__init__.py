"""A fake of Reddit that holds state, as its API documents it."""
