"""A company's page at LinkedIn by the Community Management API (learn.microsoft.com/linkedin/marketing/community-management).

A thread is a post with its comments; these have two floors, whatever people see.
"""
