"""A subreddit by Reddit's API (https://www.reddit.com/dev/api, https://github.com/reddit-archive/reddit/wiki/OAuth2).

Ids are "fullnames": a kind (t3 a post, t1 a comment, t4 a private message) and a number to the base of 36.
"""
