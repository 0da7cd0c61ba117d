"""Rows -> the JSON of wp/v2, in the contexts `view` and `edit`."""

from typing import Any

from tests.networks.wordpress.network import Comment, Medium, Network, Post, User, shown_comment, shown_post, texturised


class Shapes:
    """The writer of one site at `url`."""

    def __init__(self, network: Network, url: str) -> None:
        self.network = network
        self.url = url

    def root(self) -> str:
        return f"{self.url}/wp-json/" if self.network.pretty else f"{self.url}/?rest_route=/"

    def index(self) -> dict[str, Any]:
        return {"name": "Unser Haus", "url": self.url, "namespaces": ["oembed/1.0", "wp/v2"], "routes": {}}

    def user(self, user: User, *, whole: bool) -> dict[str, Any]:
        told = {"id": user.id, "name": user.name, "slug": user.slug, "link": f"{self.url}/author/{user.slug}/"}
        return told | ({"capabilities": dict.fromkeys(sorted(user.may), True)} if whole else {})

    def post(self, post: Post, *, whole: bool, embed: bool = False) -> dict[str, Any]:
        stamp = self.network.stamp
        title: dict[str, Any] = {"rendered": texturised(post.title)}
        content: dict[str, Any] = {"rendered": shown_post(post.content), "protected": False}
        told: dict[str, Any] = {
            "id": post.id, "type": post.type, "author": post.author, "status": post.status, "slug": post.slug,
            "date": stamp(post.at, gmt=False), "date_gmt": stamp(post.at, gmt=True),
            "modified": stamp(post.modified, gmt=False), "modified_gmt": stamp(post.modified, gmt=True),
            "link": f"{self.url}/{post.slug}/", "title": title, "content": content,
            "featured_media": post.featured, "categories": list(post.categories),
        }  # fmt: skip
        if whole:
            title["raw"], content["raw"] = post.title, post.content
        if embed:
            user = self.network.users.get(post.author)
            told["_embedded"] = {"author": [self.user(user, whole=False)] if user else []}
            if medium := self.network.media.get(post.featured):
                told["_embedded"]["wp:featuredmedia"] = [self.medium(medium)]
        return told

    def comment(self, comment: Comment, *, whole: bool) -> dict[str, Any]:
        stamp = self.network.stamp
        content = {"rendered": shown_comment(comment.content)}
        told: dict[str, Any] = {
            "id": comment.id, "post": comment.post, "parent": comment.parent, "author": comment.author,
            "author_name": comment.name, "author_url": "", "type": "comment", "status": comment.status,
            "date": stamp(comment.at, gmt=False), "date_gmt": stamp(comment.at, gmt=True),
            "link": f"{self.url}/?p={comment.post}#comment-{comment.id}", "content": content,
        }  # fmt: skip
        if whole:
            content["raw"] = comment.content
            told |= {"author_email": comment.email, "author_ip": "192.0.2.7"}
        return told

    def medium(self, medium: Medium) -> dict[str, Any]:
        ending = medium.media_type.rpartition("/")[2]
        url = f"{self.url}/wp-content/uploads/{medium.slug}.{ending}"
        return {"id": medium.id, "slug": medium.slug, "alt_text": medium.alt, "source_url": url, "mime_type": medium.media_type}  # fmt: skip
