"""A Discourse forum by its API (https://docs.discourse.org): topics and posts, private messages, likes, solutions.

Ids are "topic/number": what the posts themselves say of where they stand and what they answer.
"""
