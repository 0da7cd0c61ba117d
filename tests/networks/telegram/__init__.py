"""The Bot API as documented, in memory behind a real loopback HTTP server: updates that are forgotten once confirmed,
no past, nothing told of a bot's own words or of deletions, copies of a channel's posts in its discussion group.
"""
