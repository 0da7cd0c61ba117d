"""A fake of YouTube's comments that holds state, as the Data API documents them."""
