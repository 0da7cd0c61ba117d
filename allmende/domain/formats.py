"""What an item of ours can be: a text, a picture, a poll. The plan's log of changes at networks names these formats, the
editorial room writes in them."""

FORMATS = ("text", "picture", "gallery", "video", "link", "question", "poll", "article", "live")
