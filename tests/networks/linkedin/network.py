"""What happens on a page: posts, comments on two floors, reactions, mentions elsewhere, pictures that take their time, the day's
calls; and that whoever forgets a stroke in the little format is cut off there without a word."""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.networks.code_flow import Gate
from tests.networks.loopback import Asked, Route, Stopped

NUMBER, NAME, HANDLE = "5583111", "Haus am See", "haus-am-see"
US = f"urn:li:organization:{NUMBER}"
MIA, JAN = "urn:li:person:mIa1", "urn:li:person:jAn2"
NAMES = {MIA: ("Mia", "Muster"), JAN: ("Jan", "Jensen")}
YEAR, SIXTY_DAYS = 31_536_000, 5_184_000
VERSIONS = ("202601", "202605")
_UNSTROKED = re.compile(r"(?<!\\)(?:\\\\)*[|}@\[\]()<>#*_~]|(?<!\\)(?:\\\\)*\{(?!hashtag\|)")
_ADDRESS = re.compile(r"https://[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+")
_TEMPLATE = re.compile(r"\{hashtag\|\\#\|(?:\\.|[^}\\])*\}")
_FEED_READ, _FEED_WRITE = "r_organization_social_feed", "w_organization_social_feed"
Row = dict[str, Any]


@dataclass
class Site(Gate):
    """`calls`: how many are left of the day; `fault`: status, code and message of the next words' refusal; `looks`: how often a picture
    is still being prepared; `pages`: those the person manages, by number; `tells_names`: whether this application may know who
    people are; `is_exact`: a comment is taken by the URN of its thread alone; `takes_cards`: whether a post may show an article;
    `is_forbidden`: single comments are shown to nobody."""

    owner: str = US
    lasts: int = SIXTY_DAYS
    refresh_lasts: int = YEAR
    posts: dict[str, Row] = field(default_factory=dict)
    comments: dict[str, Row] = field(default_factory=dict)
    notices: list[Row] = field(default_factory=list)
    images: dict[str, Row] = field(default_factory=dict)
    pages: dict[str, tuple[str, str]] = field(default_factory=lambda: {NUMBER: (NAME, HANDLE)})
    page: int = 100
    calls: int = 10_000
    looks: int = 0
    fault: tuple[int, str, str] = (0, "", "")
    tells_names: bool = True
    is_exact: bool = False
    takes_cards: bool = True
    is_forbidden: bool = False
    appeared: list[str] = field(default_factory=list)
    last: int = 7_000

    def routes(self) -> list[Route]:
        return [
            ("GET", r"/oauth/v2/authorization", self.agree),
            ("POST", r"/oauth/v2/accessToken", self.exchange),
            ("GET", r"/rest/organizationAcls", self._managed),
            ("GET", r"/rest/organizations", self._organizations),
            ("GET", r"/rest/organizations/(\d+)", self._organization),
            ("GET", r"/rest/people", self._people),
            ("GET", r"/rest/posts", self._feed),
            ("POST", r"/rest/posts", self._post),
            ("GET", r"/rest/posts/([\w:]+)", self._single_post),
            ("POST", r"/rest/posts/([\w:]+)", self._change_post),
            ("DELETE", r"/rest/posts/([\w:]+)", self._delete_post),
            ("GET", r"/rest/socialActions/([^/]+)/comments", self._below),
            ("POST", r"/rest/socialActions/([^/]+)/comments", self._comment),
            ("GET", r"/rest/socialActions/([^/]+)/comments/(\d+)", self._single_comment),
            ("POST", r"/rest/socialActions/([^/]+)/comments/(\d+)", self._change_comment),
            ("DELETE", r"/rest/socialActions/([^/]+)/comments/(\d+)", self._delete_comment),
            ("GET", r"/rest/socialMetadata", self._metadata),
            ("GET", r"/rest/organizationalEntityNotifications", self._notified),
            ("POST", r"/rest/images", self._begin_upload),
            ("PUT", r"/upload/([\w:]+)", self._upload),
            ("GET", r"/rest/images/([\w:]+)", self._image),
        ]

    def verb_of(self, asked: Asked) -> str:
        if asked.path.startswith(("/rest/images", "/upload")):
            return "upload"
        return "login" if asked.path == "/oauth/v2/accessToken" else super().verb_of(asked)

    def refusal(self, kind: str, wait: float) -> Stopped:
        if kind == "logged_out":
            return refused(401, "INVALID_ACCESS_TOKEN", "Invalid access token")
        return Stopped(
            429,
            {"status": 429, "code": "TOO_MANY_REQUESTS", "message": "Slow down"},
            {"Retry-After": str(int(wait) or 60)},
        )

    def unpermitted(self) -> Stopped:
        return refused(403, "ACCESS_DENIED", "Not enough permissions to access this resource")

    def exchange(self, asked: Asked) -> Any:
        told = super().exchange(asked)
        told["scope"] = told["scope"].replace(" ", ",")
        return told | ({"refresh_token_expires_in": self.refresh_lasts} if self.gives_refresh else {})

    # What people do there.

    def say(self, who: str, text: str, *, at: float = 0, images: tuple[Row, ...] = (), urn: str = "") -> str:
        """A post of the page; its URN. `text` in the little format."""
        urn, at = urn or f"urn:li:share:{self._next()}", at or self.now()
        cut = _UNSTROKED.search(_TEMPLATE.sub(lambda found: " " * len(found[0]), text))
        self.posts[urn] = {
            "id": urn, "author": who, "commentary": text[: cut.start()] if cut else text, "at": at, "changed": at,
            "edited": False, "images": images, "likes": 0, "article": None,
        }  # fmt: skip
        self.appeared.append(self.posts[urn]["commentary"])
        return urn

    def answer(self, who: str, text: str, below: str, *, at: float = 0) -> str:
        """A comment on a post, or an answer to one; its URN names the activity, whatever the post is called."""
        above = self.comments.get(below)
        post = above["post"] if above else below
        number, at = self._next(), at or self.now()
        urn = f"urn:li:comment:({activity_of(post)},{number})"
        self.comments[urn] = {
            "id": str(number), "urn": urn, "who": who, "text": text, "post": post, "at": at, "changed": at, "likes": 0,
            "parent": (above["parent"] or below) if above else "",
        }  # fmt: skip
        self.appeared.append(text)
        if post in self.posts:
            told = {"comment": {"entity": urn, "owner": who, "text": text, "object": activity_of(post)}}
            source = {"entity": post, "owner": US, "text": self.posts[post]["commentary"], "mediaCategory": "NONE"}
            action = "ADMIN_COMMENT" if who == US else "COMMENT"
            self._notify(
                action, at, told, sourcePost=activity_of(post), decoratedSourcePost=source, generatedActivity=urn
            )
        return urn

    def mention(self, who: str, text: str, *, at: float = 0) -> str:
        """A post of somebody else that mentions the page; its URN."""
        urn = f"urn:li:share:{self._next()}"
        told = {"share": {"entity": urn, "owner": who, "text": text, "mediaCategory": "NONE"}}
        self._notify("SHARE_MENTION", at or self.now(), told, sourcePost=urn, generatedActivity=urn)
        return urn

    def edit(self, urn: str, text: str) -> None:
        row, name = (self.posts[urn], "commentary") if urn in self.posts else (self.comments[urn], "text")
        row |= {name: text, "changed": self.now() + 1, "edited": True}

    def delete(self, urn: str) -> None:
        """With all below it."""
        self.posts.pop(urn, None)
        for one in [one for one, row in self.comments.items() if urn in (one, row["post"], row["parent"])]:
            del self.comments[one]

    def _next(self) -> int:
        self.last += 1
        return self.last

    def _notify(self, action: str, at: float, told: Row, **more: Any) -> None:
        self.notices.append(
            {
                "notificationId": self._next(), "organizationalEntity": US, "action": action, "lastModifiedAt": int(at * 1000),
                "decoratedGeneratedActivity": told, "subscriber": "urn:li:person:admin",
            } | more
        )  # fmt: skip

    # What the API answers.

    def _us(self, asked: Asked, *scopes: str) -> str:
        us, self.headers = self.bearer(asked, *scopes), {}
        if asked.headers.get("x-restli-protocol-version") != "2.0.0":
            raise refused(400, "ILLEGAL_ARGUMENT", "Syntax exception in path variables")
        if asked.headers.get("linkedin-version") not in VERSIONS:
            raise refused(426, "NONEXISTENT_VERSION", "Requested version is not active")
        if self.calls < 1:
            raise refused(
                429,
                "TOO_MANY_REQUESTS",
                "Resource level throttle APPLICATION DAY limit for calls to this resource is reached.",
            )
        self.calls -= 1
        return us

    def _managed(self, asked: Asked) -> Any:
        self._us(asked, "rw_organization_admin")
        rows = [
            {"organization": f"urn:li:organization:{one}", "role": "ADMINISTRATOR", "state": "APPROVED"}
            for one in self.pages
        ]
        return self._paged(asked, rows)

    def _organizations(self, asked: Asked) -> Any:
        self._us(asked, "rw_organization_admin")
        return {"results": {one: self._shown(one) for one in listed(asked) if one in self.pages}, "statuses": {}}

    def _organization(self, asked: Asked, number: str) -> Any:
        self._us(asked)
        if number not in self.pages:
            raise self.unpermitted()
        return self._shown(number)

    def _shown(self, number: str) -> Row:
        name, handle = self.pages[number]
        return {"id": int(number), "localizedName": name, "vanityName": handle}

    def _people(self, asked: Asked) -> Any:
        self._us(asked)
        if not self.tells_names:
            raise self.unpermitted()
        ids = re.findall(r"\(id:(\w+)\)", asked.first("ids"))
        known = {one: NAMES[f"urn:li:person:{one}"] for one in ids if f"urn:li:person:{one}" in NAMES}
        return {"results": {f"(id:{one})": person_shape(one, *both) for one, both in known.items()}}

    def _feed(self, asked: Asked) -> Any:
        self._us(asked, "r_organization_social")
        rows = [row for row in self.posts.values() if row["author"] == asked.first("author")]
        newest_first = sorted(rows, key=lambda row: (-row["at"], row["id"]))
        return self._paged(asked, [post_shape(row) for row in newest_first])

    def _post(self, asked: Asked) -> Any:
        us, said = self._us(asked, "w_organization_social"), asked.said()
        self._refuse()
        if said["author"] != us or said["lifecycleState"] != "PUBLISHED" or said["visibility"] != "PUBLIC":
            raise refused(422, "INVALID", "ERROR :: /author :: not allowed")
        content = said.get("content", {})
        images = content.get("multiImage", {}).get("images") or ([content["media"]] if "media" in content else [])
        for image in images:
            if self.images.get(image["id"], {}).get("status") != "AVAILABLE":
                raise refused(400, "MEDIA_ASSET_WAITING_UPLOAD", "The media is not ready")
        article = content.get("article")
        if article is not None:
            self._check_article(article)
        urn = self.say(us, said["commentary"], images=tuple(images))
        self.posts[urn]["article"] = article
        self.headers = {"x-restli-id": urn}
        return 201, None

    def _check_article(self, article: Row) -> None:
        if (
            not self.takes_cards
            or not _ADDRESS.fullmatch(article.get("source", ""))
            or not article.get("title")
            or not all(article.values())
        ):
            raise refused(422, "INVALID", "ERROR :: /content/article :: not allowed")
        thumbnail = article.get("thumbnail")
        if thumbnail and self.images.get(thumbnail, {}).get("status") != "AVAILABLE":
            raise refused(400, "MEDIA_ASSET_WAITING_UPLOAD", "The media is not ready")

    def _single_post(self, asked: Asked, urn: str) -> Any:
        self._us(asked, "r_organization_social")
        return post_shape(self._there(self.posts, urn))

    def _change_post(self, asked: Asked, urn: str) -> Any:
        us, row = self._us(asked, "w_organization_social"), self._there(self.posts, urn)
        if asked.headers.get("x-restli-method") != "PARTIAL_UPDATE" or row["author"] != us:
            raise self.unpermitted()
        self._refuse()
        self.edit(urn, asked.said()["patch"]["$set"]["commentary"])
        return 204, None

    def _delete_post(self, asked: Asked, urn: str) -> Any:
        us = self._us(asked, "w_organization_social")
        if urn in self.posts and self.posts[urn]["author"] != us:
            raise self.unpermitted()
        self.delete(urn)
        return 204, None

    def _below(self, asked: Asked, urn: str) -> Any:
        self._us(asked, _FEED_READ)
        if urn in self.comments:
            rows = [row for row in self.comments.values() if row["parent"] == urn]
        else:
            post = next((one for one in self.posts if urn in (one, activity_of(one))), "")
            self._there(self.posts, post)
            rows = [row for row in self.comments.values() if row["post"] == post and not row["parent"]]
        return self._paged(asked, [self._comment_shape(row) for row in rows])

    def _comment(self, asked: Asked, urn: str) -> Any:
        us, said = self._us(asked, _FEED_WRITE), asked.said()
        self._refuse()
        parent = said.get("parentComment", "")
        post = next((one for one in self.posts if said["object"] in (one, activity_of(one))), said["object"])
        if self.is_exact and not parent and post in self.posts and {urn, said["object"]} != {activity_of(post)}:
            told = f"object: {said['object']} does not match the actual threadUrn: {activity_of(post)}"
            raise refused(400, "INVALID_REQUEST", told)
        known = {*self.posts, *(row["generatedActivity"] for row in self.notices)}
        if (
            said["actor"] != us
            or post not in known
            or (parent and (parent != urn or self._there(self.comments, parent)["parent"]))
        ):
            raise refused(404, "NOT_FOUND", "The thread was not found")
        if not said["message"]["text"].strip() or len(said["message"]["text"]) > 1_250:
            raise refused(400, "ILLEGAL_ARGUMENT", "The message is empty or too long")
        return 201, self._comment_shape(self.comments[self.answer(us, said["message"]["text"], parent or post)])

    def _single_comment(self, asked: Asked, entity: str, number: str) -> Any:
        self._us(asked, _FEED_READ)
        if self.is_forbidden:
            raise self.unpermitted()
        return self._comment_shape(self._there(self.comments, f"urn:li:comment:({entity},{number})"))

    def _change_comment(self, asked: Asked, entity: str, number: str) -> Any:
        us, urn = self._us(asked, _FEED_WRITE), f"urn:li:comment:({entity},{number})"
        row = self._there(self.comments, urn)
        if asked.headers.get("x-restli-method") != "PARTIAL_UPDATE" or row["who"] != us or asked.first("actor") != us:
            raise self.unpermitted()
        self._refuse()
        self.edit(urn, asked.said()["patch"]["message"]["$set"]["text"])
        return self._comment_shape(row)

    def _delete_comment(self, asked: Asked, entity: str, number: str) -> Any:
        us, urn = self._us(asked, _FEED_WRITE), f"urn:li:comment:({entity},{number})"
        self._there(self.comments, urn)
        if asked.first("actor") != us:
            raise self.unpermitted()
        self.delete(urn)
        return 204, None

    def _metadata(self, asked: Asked) -> Any:
        self._us(asked, _FEED_READ)
        found: dict[str, Row] = {}
        for urn in listed(asked):
            row = self.posts.get(urn) or self.comments.get(urn)
            if row is not None:
                below = [one for one in self.comments.values() if urn in (one["post"], one["parent"])]
                found[urn] = {
                    "entity": urn,
                    "commentsState": "OPEN",
                    "commentSummary": {"count": len(below), "topLevelCount": sum(not one["parent"] for one in below)},
                    "reactionSummaries": {"LIKE": {"reactionType": "LIKE", "count": row["likes"]}}
                    if row["likes"]
                    else {},
                }
        return {"results": found, "statuses": {}, "errors": {}}

    def _notified(self, asked: Asked) -> Any:
        self._us(asked, "rw_organization_admin")
        actions = listed(asked, "actions")
        start, end = (int(one) for one in re.findall(r"\d+", asked.first("timeRange")))
        rows = [row for row in self.notices if row["action"] in actions and start <= row["lastModifiedAt"] <= end]
        return self._paged(asked, sorted(rows, key=lambda row: (-row["lastModifiedAt"], -row["notificationId"])))

    def _begin_upload(self, asked: Asked) -> Any:
        us, said = self._us(asked, "w_organization_social"), asked.said()
        if asked.first("action") != "initializeUpload" or said["initializeUploadRequest"]["owner"] != us:
            raise self.unpermitted()
        urn = f"urn:li:image:D{self._next()}"
        self.images[urn] = {"id": urn, "owner": us, "status": "WAITING_UPLOAD", "content": b"", "looks": self.looks}
        return {"value": {"uploadUrl": f"http://{asked.headers['host']}/upload/{urn}", "image": urn}}

    def _upload(self, asked: Asked, urn: str) -> Any:
        self.bearer(asked)
        self.images[urn] |= {"content": asked.body, "status": "PROCESSING", "type": asked.headers["content-type"]}
        return 201, None

    def _image(self, asked: Asked, urn: str) -> Any:
        self._us(asked)
        row = self._there(self.images, urn)
        if row["status"] == "PROCESSING":
            row["looks"] -= 1
            is_known = row["content"].startswith((b"\x89PNG", b"\xff\xd8"))
            row["status"] = "PROCESSING" if row["looks"] >= 0 else "AVAILABLE" if is_known else "PROCESSING_FAILED"
        return {"id": urn, "owner": row["owner"], "status": row["status"]}

    def _refuse(self) -> None:
        if self.fault[0]:
            raise refused(*self.fault)

    def _there(self, rows: dict[str, Row], urn: str) -> Row:
        if urn not in rows:
            raise refused(404, "NOT_FOUND", "The entity was not found")
        return rows[urn]

    def _paged(self, asked: Asked, rows: list[Row]) -> Row:
        start, count = int(asked.first("start", "0")), min(int(asked.first("count", "10")), self.page)
        links = [{"rel": "next", "href": "…"}] if start + count < len(rows) else []
        return {"paging": {"start": start, "count": count, "links": links}, "elements": rows[start : start + count]}

    def _comment_shape(self, row: Row) -> Row:
        below = sum(one["parent"] == row["urn"] for one in self.comments.values())
        shown = {
            "id": row["id"], "commentUrn": row["urn"], "actor": row["who"], "object": activity_of(row["post"]),
            "created": {"actor": row["who"], "time": int(row["at"] * 1000)},
            "lastModified": {"actor": row["who"], "time": int(row["changed"] * 1000)},
            "message": {"attributes": [], "text": row["text"]},
            "commentsSummary": {"aggregatedTotalComments": below, "totalFirstLevelComments": below},
        }  # fmt: skip
        return shown | ({"parentComment": row["parent"]} if row["parent"] else {})


def post_shape(row: Row) -> Row:
    """A post as the API writes it."""
    images = list(row["images"])
    content = {"multiImage": {"images": images}} if len(images) > 1 else {"media": images[0]} if images else {}
    content |= {"article": row["article"]} if row["article"] else {}
    shown = {
        "id": row["id"], "author": row["author"], "commentary": row["commentary"], "visibility": "PUBLIC",
        "createdAt": int(row["at"] * 1000), "publishedAt": int(row["at"] * 1000), "lastModifiedAt": int(row["changed"] * 1000),
        "lifecycleState": "PUBLISHED", "lifecycleStateInfo": {"isEditedByAuthor": row["edited"]},
    }  # fmt: skip
    return shown | ({"content": content} if content else {})


def person_shape(native_id: str, first: str, last: str) -> Row:
    """A person as the API writes them."""
    return {"id": native_id, "localizedFirstName": first, "localizedLastName": last}


def activity_of(post: str) -> str:
    """The activity beside a post, which comments name."""
    return f"urn:li:activity:{int(post.rpartition(':')[2]) + 1_000_000}"


def listed(asked: Asked, name: str = "ids") -> list[str]:
    """What stands in a List(...): only commas outside of a URN's own brackets divide it."""
    return re.findall(r"urn:li:comment:\([^)]*\)|[^,]+", asked.first(name).removeprefix("List(").removesuffix(")"))


def refused(status: int, code: str, message: str) -> Stopped:
    """An error as the API writes it."""
    return Stopped(status, {"status": status, "code": code, "message": message})
