"""Anything else: signed Standard Webhooks out and in (https://www.standardwebhooks.com)."""
