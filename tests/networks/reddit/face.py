"""Reddit's face: listings, trees, things by name, words and moderators' verbs, and the log-in."""

from html import escape
from typing import Any

from tests.networks.loopback import Asked, Route, Stopped
from tests.networks.reddit.network import Network

Row = dict[str, Any]


class Site(Network):
    """A network that answers."""

    def routes(self) -> list[Route]:
        return [
            ("GET", r"/api/v1/authorize", self.agree),
            ("POST", r"/api/v1/access_token", self.exchange),
            ("GET", r"/api/v1/me", self._me),
            ("GET", r"/r/(\w+)/about", self._about),
            ("GET", r"/r/(\w+)/(new|comments|about/modqueue)", self._place),
            ("GET", r"/message/(inbox|sent)", self._box),
            ("GET", r"/user/([\w-]+)/(submitted|comments)", self._own),
            ("GET", r"/comments/(\w+)", self._tree),
            ("GET", r"/api/morechildren", self._more),
            ("GET", r"/api/info", self._info),
            ("POST", r"/api/(submit|comment)", self._say),
            ("POST", r"/api/editusertext", self._edit),
            ("POST", r"/api/del", self._delete),
            ("POST", r"/api/(remove|approve|lock|unlock)", self._moderate),
        ]

    def verb_of(self, asked: Asked) -> str:
        if asked.method == "GET":
            return "read"
        verbs = {"submit": "say", "comment": "say", "del": "remove", "access_token": "login"}
        return verbs.get(asked.path.rpartition("/")[2], "moderate")

    def extra_headers(self) -> dict[str, str]:
        return {"X-Ratelimit-Remaining": f"{self.remaining:.1f}", "X-Ratelimit-Used": "17", "X-Ratelimit-Reset": "371"}

    def refusal(self, kind: str, wait: float) -> Stopped:
        if kind == "logged_out":
            return Stopped(401, {"message": "Unauthorized", "error": 401})
        return Stopped(429, {"message": "Too Many Requests", "error": 429}, {"X-Ratelimit-Reset": str(int(wait))})

    def us(self, asked: Asked, *scopes: str) -> str:
        self.agents.append(asked.headers.get("user-agent", ""))
        return self.bearer(asked, *scopes)

    def _me(self, asked: Asked) -> Any:
        us = self.us(asked, "identity")
        return {"id": self.people[us], "name": us, "is_suspended": False, "comment_karma": 12}

    def _about(self, asked: Asked, subreddit: str) -> Any:
        us = self.us(asked, "read")
        found = next((one for one in self.subreddits if one.lower() == subreddit.lower()), None)
        if found is None:
            raise Stopped(404, {"reason": "banned", "message": "Not Found", "error": 404})
        return {"kind": "t5", "data": {"display_name": found, "user_is_moderator": us in self.moderators}}

    def _place(self, asked: Asked, subreddit: str, name: str) -> Any:
        us = self.us(asked, "read")
        if name == "about/modqueue":
            if us not in self.moderators:
                raise self.unpermitted()
            rows = [row for row in self.newest("t") if row["state"] == "filtered"]
        else:
            rows = [row for row in self.newest("t3" if name == "new" else "t1") if self.sees(us, row)]
        rows = [row for row in rows if row["subreddit"] == subreddit and row["state"] != "deleted"]
        return self._listed(asked, rows, us)

    def _box(self, asked: Asked, name: str) -> Any:
        us = self.us(asked, "privatemessages")
        if not self.has_boxes:
            raise Stopped(403, {"message": "Forbidden", "error": 403})
        if name == "sent":
            return self._listed(asked, [row for row in self.newest("t4") if row["who"] == us], us)
        rows = [row for row in self.newest("t") if row["who"] != us and self._reaches(us, row)]
        return self._listed(asked, rows, us, is_inbox=True)

    def _reaches(self, us: str, row: Row) -> bool:
        """Messages to us, answers to us, and where we are named."""
        if row["name"].startswith("t4"):
            return bool(row["to"] == us)
        above = self.rows.get(row.get("parent", ""))
        is_answer = above is not None and above["who"] == us
        return row["name"].startswith("t1") and row["state"] == "" and (is_answer or f"u/{us}" in row["text"])

    def _own(self, asked: Asked, handle: str, name: str) -> Any:
        us = self.us(asked, "history")
        rows = [row for row in self.newest("t3" if name == "submitted" else "t1") if row["who"] == handle]
        return self._listed(asked, [row for row in rows if row["state"] != "deleted"], us)

    def _listed(self, asked: Asked, rows: list[Row], us: str, *, is_inbox: bool = False) -> Any:
        """A page: from behind a name on, and never further than listings go."""
        rows = rows[: self.listing_end]
        names, after = [row["name"] for row in rows], asked.first("after")
        start = names.index(after) + 1 if after in names else 0
        limit = min(int(asked.first("limit", "25")), self.page)
        page = rows[start : start + limit]
        children = [self._thing(row, us, is_inbox=is_inbox) for row in page]
        follows = page[-1]["name"] if page and start + limit < len(rows) else None
        return {"kind": "Listing", "data": {"after": follows, "before": None, "dist": len(page), "children": children}}

    def _tree(self, asked: Asked, post: str) -> Any:
        us = self.us(asked, "read")
        root = self.rows.get(f"t3_{post}")
        if root is None:
            raise Stopped(404, {"message": "Not Found", "error": 404})
        focus = asked.first("comment")
        tops = [self.rows[f"t1_{focus}"]] if focus else self.below(root["name"])
        listing = {"kind": "Listing", "data": {"after": None, "children": self._branch(tops, us, 0)}}
        return [{"kind": "Listing", "data": {"after": None, "children": [self._thing(root, us)]}}, listing]

    def _branch(self, rows: list[Row], us: str, depth: int) -> list[Any]:
        if not rows:
            return []
        if depth >= self.depth:
            parent = rows[0]["parent"]
            return [
                {"kind": "more", "data": {"id": "_", "name": "t1__", "children": [], "count": 0, "parent_id": parent}}
            ]
        things = []
        for row in rows[: self.breadth]:
            thing = self._thing(row, us)
            below = self._branch(self.below(row["name"]), us, depth + 1)
            thing["data"]["replies"] = {"kind": "Listing", "data": {"children": below}} if below else ""
            things.append(thing)
        left_out = [row["name"][3:] for row in rows[self.breadth :]]
        if left_out:
            things.append({"kind": "more", "data": {"children": left_out, "parent_id": rows[0]["parent"], "count": 1}})
        return things

    def _more(self, asked: Asked) -> Any:
        us = self.us(asked, "read")
        wanted = [self.rows[f"t1_{one}"] for one in asked.first("children").split(",")]
        things = [self._thing(row, us) | {} for row in wanted]
        for row in wanted:
            things += self._branch(self.below(row["name"]), us, 1)
        return {"json": {"errors": [], "data": {"things": things}}}

    def _info(self, asked: Asked) -> Any:
        us = self.us(asked, "read")
        rows = [self.rows[name] for name in asked.first("id").split(",") if name in self.rows]
        children = [self._thing(row, us) for row in rows if not row["name"].startswith("t4")]
        return {"kind": "Listing", "data": {"after": None, "children": children}}

    def _say(self, asked: Asked, verb: str) -> Any:
        us, said = self.us(asked, "submit"), asked.said()
        if self.ratelimit:
            sentence = "Looks like you've been doing that a lot. Take a break for 9 minutes before trying again."
            return {"json": {"ratelimit": self.ratelimit, "errors": [["RATELIMIT", sentence, "ratelimit"]]}}
        if self.fault[0]:
            return {"json": {"errors": [[*self.fault, "text"]]}}
        maximum = 40_000 if verb == "submit" else 10_000
        if not said.get("text", "").strip() or len(said["text"]) > maximum:
            return {"json": {"errors": [["TOO_LONG", f"this is too long (max: {maximum})", "text"]]}}
        if verb == "submit":
            if said["sr"] not in self.subreddits:
                return {"json": {"errors": [["SUBREDDIT_NOEXIST", "Hmm, that community doesn't exist.", "sr"]]}}
            name = self.post(us, said["title"], said["text"].strip(), said["sr"])
            url = f"https://www.reddit.com{self._thing(self.rows[name], us)['data']['permalink']}"
            return {"json": {"errors": [], "data": {"url": url, "drafts_count": 0, "id": name[3:], "name": name}}}
        above = self.rows.get(said["thing_id"])
        if above is None:
            raise self.unpermitted()
        if above["state"] == "deleted":
            return {"json": {"errors": [["DELETED_COMMENT", "that comment has been deleted", "parent"]]}}
        if self.rows.get(above.get("link", ""), above)["locked"] and us not in self.moderators:
            return {"json": {"errors": [["THREAD_LOCKED", "Comments are locked.", "parent"]]}}
        if said["thing_id"].startswith("t4"):
            name = self.write(us, above["who"], said["text"].strip(), above["title"], said["thing_id"])
        else:
            name = self.comment(us, said["text"].strip(), said["thing_id"])
        return {"json": {"errors": [], "data": {"things": [self._thing(self.rows[name], us)]}}}

    def _edit(self, asked: Asked) -> Any:
        us, said = self.us(asked, "edit"), asked.said()
        row = self.there(said["thing_id"])
        if row["who"] != us:
            return {"json": {"errors": [["NOT_AUTHOR", "you can't do that", "thing_id"]]}}
        self.edit(said["thing_id"], said["text"].strip())
        return {"json": {"errors": [], "data": {"things": [self._thing(row, us)]}}}

    def _delete(self, asked: Asked) -> Any:
        us, name = self.us(asked, "edit"), asked.said()["id"]
        row = self.rows.get(name)
        if row is not None and row["who"] == us:
            row["state"] = "deleted"
        return {}

    def _moderate(self, asked: Asked, verb: str) -> Any:
        us, said = self.us(asked, "modposts"), asked.said()
        if us not in self.moderators:
            raise self.unpermitted()
        row = self.there(said["id"])
        if verb in ("lock", "unlock"):
            row["locked"] = verb == "lock"
        else:
            row["state"] = "removed" if verb == "remove" else ""
        return {}

    def _thing(self, row: Row, us: str, *, is_inbox: bool = False) -> Row:
        kind = row["name"][:2]
        shape = {"t1": self._comment_row, "t3": self._post_row, "t4": self._letter_row}[kind]
        told = shape(row) | {
            "name": row["name"],
            "id": row["name"][3:],
            "created_utc": row["at"],
            "score": row["score"],
        }
        is_seen = us in self.moderators or (row["who"] == us and row["state"] != "deleted")
        if row["state"] == "deleted" or (row["state"] == "removed" and not is_seen):
            mark = f"[{row['state']}]"
            told |= {"author": "[deleted]", "body" if kind == "t1" else "selftext": mark}
            told |= {"body_html" if kind == "t1" else "selftext_html": f"<p>{mark}</p>"}
        else:
            told |= {"author": row["who"], "author_fullname": f"t2_{self.people[row['who']]}"}
        if row["state"] == "removed" and us in self.moderators:
            told |= {"banned_by": "mod", "removed": True}
        if row["state"] == "filtered" and us in self.moderators:
            told |= {"banned_by": True, "spam": True}
        if kind == "t3":
            taken = {"removed": "moderator", "filtered": "reddit", "deleted": "deleted"}
            told["removed_by_category"] = taken.get(row["state"])
        if is_inbox and kind == "t1":
            told = {name: value for name, value in told.items() if name not in ("link_id", "permalink", "is_submitter")}
            told |= {"context": self._comment_row(row)["permalink"] + "?context=3", "was_comment": True, "new": True}
        return {"kind": kind, "data": told}

    def _post_row(self, row: Row) -> Row:
        count = sum(one.get("link") == row["name"] and one["state"] == "" for one in self.rows.values())
        link = row.get("url", "")
        permalink = f"/r/{row['subreddit']}/comments/{row['name'][3:]}/titel/"
        return {
            "title": row["title"], "selftext": row["text"], "selftext_html": f"<p>{escape(row['text'])}</p>", "num_comments": count,
            "subreddit": row["subreddit"], "permalink": permalink, "edited": row["edited"], "is_self": not link,
            "url": link or f"https://www.reddit.com{permalink}", "locked": row["locked"], "stickied": False,
        }  # fmt: skip

    def _comment_row(self, row: Row) -> Row:
        permalink = f"/r/{row['subreddit']}/comments/{row['link'][3:]}/titel/{row['name'][3:]}/"
        return {
            "body": row["text"], "body_html": f"<p>{escape(row['text'])}</p>", "link_id": row["link"], "parent_id": row["parent"],
            "subreddit": row["subreddit"], "permalink": permalink, "edited": row["edited"], "replies": "",
            "is_submitter": self.rows[row["link"]]["who"] == row["who"],
        }  # fmt: skip

    def _letter_row(self, row: Row) -> Row:
        return {
            "body": row["text"], "body_html": f"<p>{escape(row['text'])}</p>", "subject": row["title"], "dest": row["to"],
            "parent_id": row["parent"] or None, "first_message_name": row["first"] or None, "was_comment": False, "context": "",
            "subreddit": None,
        }  # fmt: skip
