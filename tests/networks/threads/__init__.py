"""A fake of Threads that holds state, as the Threads API documents it."""
