"""WordPress: a site's posts and the comments below them, over its REST API (wp/v2) with an application password.

Reference: developer.wordpress.org/rest-api/reference, since WordPress 5.7.
"""
