"""Discord by its REST API, version 10 (discord.com/developers/docs): channels and forums of one server, and their threads.

A bot asks; it holds no connection to the gateway.
"""
