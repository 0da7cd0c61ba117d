"""An Instagram professional account through the Instagram API with Instagram Login
(developers.facebook.com/docs/instagram-platform).

By this way in and not by a Facebook page: it needs no page, asks for fewer scopes, and its token is renewed without a person.
What it lacks are posts in which we are tagged or mentioned: Instagram tells of those by webhook alone.
"""
