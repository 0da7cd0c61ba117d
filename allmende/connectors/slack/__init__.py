"""Slack by its Web API (api.slack.com/web): the conversations that a bot of the workspace belongs to, their threads, and what
is said to the bot alone.
"""
