"""A Facebook page through Meta's Graph API (developers.facebook.com/docs/pages-api), by an application of the customer's own.

Conversations in Messenger are left out: they need a scope (pages_messaging) that a page's comments do not.
"""
