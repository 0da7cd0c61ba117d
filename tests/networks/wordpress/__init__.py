"""A stateful fake that speaks WordPress's REST API (wp/v2) as documented: roles, the trash, moderation, pages of lists."""
