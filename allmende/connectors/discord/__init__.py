"""Discord by its REST API, version 10 (discord.com/developers/docs): channels and forums of one server, and their threads.

A bot asks; the gateway only tells it that something is new (decision 25).
"""
