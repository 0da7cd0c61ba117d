"""A service that takes signed webhooks, checked by the standard's own library."""
