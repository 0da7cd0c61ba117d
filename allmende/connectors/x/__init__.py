"""An account at X by its API, version 2, with an access of the customer's own (docs.x.com/x-api).

Text only: pictures would need one more permission and a second door.
"""
