"""Telegram by its Bot API (core.telegram.org/bots/api): a bot in a channel with its discussion group, or in a group; and
what is said to the bot alone.

Telegram tells a bot nothing of the past, nothing of its own words, and of no deletion.
"""
