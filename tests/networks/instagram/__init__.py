"""A fake of Instagram's professional accounts that holds state, as the Instagram Platform documents them."""
