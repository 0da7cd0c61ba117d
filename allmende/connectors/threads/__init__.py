"""A Threads account through the Threads API (developers.facebook.com/docs/threads).

Text only: a picture would have to stand at a public address, from which Threads fetches it itself.
"""
