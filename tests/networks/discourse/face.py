"""The HTTP face of the fake forum: the API's routes, who may call them, and how it says no."""

from typing import Any

from tests.networks.discourse.forum import (
    ACTIONS,
    CHUNK,
    CLOSED_CATEGORY,
    PAGE,
    Forum,
    Post,
    Topic,
    User,
    signature,
    stamp,
)
from tests.networks.loopback import Asked, Route, Stopped

INVALID = "You are not permitted to view the requested resource."
MEMORY_SECONDS = 120


class Board(Forum):
    """A forum that answers."""

    def routes(self) -> list[Route]:
        return [
            ("GET", r"/u/([^/]+)\.json", self._user),
            ("GET", r"/site\.json", self._site),
            ("GET", r"/posts\.json", self._latest_posts),
            ("POST", r"/posts\.json", self._create),
            ("GET", r"/posts/(\d+)\.json", self._post),
            ("DELETE", r"/posts/(\d+)\.json", self._delete_post),
            ("PUT", r"/posts/(\d+)\.json", self._edit_post),
            ("PUT", r"/t/-/(\d+)\.json", self._edit_topic),
            ("POST", r"/solution/(accept|unaccept)\.json", self._solve),
            ("GET", r"/posts/by_number/(\d+)/(\d+)\.json", self._by_number),
            ("GET", r"/posts/([^/]+)/pending\.json", self._pending),
            ("GET", r"/t/(\d+)\.json", self._topic),
            ("DELETE", r"/t/(\d+)\.json", self._delete_topic),
            ("GET", r"/t/(\d+)/posts\.json", self._some),
            ("PUT", r"/t/(\d+)/status\.json", self._status),
            ("GET", r"/latest\.json", self._latest),
            ("GET", r"/notifications\.json", self._notifications),
            ("GET", r"/topics/(private-messages|private-messages-sent)/([^/]+)\.json", self._letters),
            ("GET", r"/post_action_users\.json", self._likers),
            ("GET", r"/user_actions\.json", self._actions),
            ("POST", r"/uploads\.json", self._upload),
        ]

    def verb_of(self, asked: Asked) -> str:
        return "upload" if asked.path == "/uploads.json" else super().verb_of(asked)

    def refusal(self, kind: str, wait: float) -> Stopped:
        if kind == "logged_out":
            self.keys.clear()
            return denied()
        extras = {"wait_seconds": int(wait), "time_left": f"{int(wait)} seconds"}
        told = {"errors": ["You’ve performed this action too many times."], "error_type": "rate_limit"}
        return Stopped(429, told | {"extras": extras})

    def us(self, asked: Asked) -> User:
        """The account whose key it is; a key for one account goes with no other name."""
        user = self.users.get(self.keys.get(asked.headers.get("api-key", ""), 0))
        named = asked.headers.get("api-username", "")
        if user is None or (named and named.lower() != user.username.lower()):
            raise denied()
        return user

    def _user(self, asked: Asked, username: str) -> Any:
        self.us(asked)
        for user in self.users.values():
            if user.username.lower() == username.lower():
                return {"user": {
                    "id": user.id, "username": user.username, "name": user.name, "moderator": user.is_moderator,
                    "admin": False, "trust_level": 2,
                }}  # fmt: skip
        raise missing()

    def _site(self, asked: Asked) -> Any:
        self.us(asked)
        return {"categories": [
            {"id": 1, "name": "Allgemein", "slug": "allgemein", "read_restricted": False},
            {"id": 5, "name": "Neues", "slug": "neues", "read_restricted": False},
            {"id": CLOSED_CATEGORY, "name": "Werkstatt", "slug": "werkstatt", "read_restricted": True},
        ]}  # fmt: skip

    def _latest_posts(self, asked: Asked) -> Any:
        us, before = self.us(asked), int(asked.first("before") or 0)
        shown = sorted(
            (post for post in self.posts.values() if not post.deleted and not self.topics[post.topic_id].members
             and not self.topics[post.topic_id].deleted and not self.topics[post.topic_id].is_unlisted),
            key=lambda post: -post.id,
        )  # fmt: skip
        if self.windowed:
            high = before or self.last_id
            shown = [post for post in shown if high - PAGE < post.id <= high]
        elif before:
            shown = [post for post in shown if post.id < before]
        return {"latest_posts": [self.shown(post, us) for post in shown[:PAGE]]}

    def _create(self, asked: Asked) -> Any:
        us, said = self.us(asked), asked.said()
        known = self.memory.get(signature(us, said))
        if known and self.now() - known[0] < MEMORY_SECONDS:
            return known[1]
        self._check(us, said)
        if self.queues and not us.is_moderator:
            waiting = {
                "id": len(self.pending) + 1, "user_id": us.id, "raw_text": said["raw"], "title": said.get("title"),
                "topic_id": said.get("topic_id"), "created_at": stamp(self.now()), "said": said,
            }  # fmt: skip
            self.pending.append(waiting)
            told: Any = {
                "action": "enqueued", "success": True, "pending_count": len(self.pending),
                "pending_post": {"id": waiting["id"], "raw": said["raw"], "created_at": waiting["created_at"]},
            }  # fmt: skip
        else:
            told = self.shown(self.create(us, said), us, raw=False)
        self.memory[signature(us, said)] = (self.now(), told)
        return told

    def _check(self, us: User, said: dict[str, Any]) -> None:
        raw = str(said.get("raw") or "").strip()
        faults = []
        if not self.min_post_length <= len(raw) <= self.max_post_length:
            faults.append(f"Body is too short or too long (maximum is {self.max_post_length} characters)")
        if said.get("topic_id"):
            topic = self.topics.get(int(said["topic_id"]))
            if topic is None or topic.deleted or not self.sees(us, topic):
                raise denied()
        else:
            if len(str(said.get("title") or "")) < self.min_title_length:
                faults.append(f"Title is too short (minimum is {self.min_title_length} characters)")
            taken = said.get("external_id")
            if taken and any(topic.external_id == taken for topic in self.topics.values()):
                faults.append("External ID has already been taken")
            if int(said.get("category") or 1) == CLOSED_CATEGORY and not us.is_moderator:
                raise denied()
        twins = (one for one in self.posts.values() if one.user is us and one.raw == raw)
        if not us.is_moderator and any(self.now() - one.at < self.unique_minutes * 60 for one in twins):
            faults.append("Body is too similar to what you recently posted")
        if faults:
            raise Stopped(422, {"action": "create_post", "errors": faults})

    def _post(self, asked: Asked, post_id: str) -> Any:
        us = self.us(asked)
        return self.shown(self._found(us, self.posts.get(int(post_id))), us)

    def _by_number(self, asked: Asked, topic_id: str, number: str) -> Any:
        us = self.us(asked)
        found = (one for one in self.posts.values() if (one.topic_id, one.number) == (int(topic_id), int(number)))
        return self.shown(self._found(us, next(found, None)), us)

    def _found(self, us: User, post: Post | None) -> Post:
        if post is None or not self.sees(us, self.topics[post.topic_id]):
            raise missing()
        if (post.deleted or self.topics[post.topic_id].deleted) and not us.is_moderator:
            raise missing()
        return post

    def _delete_post(self, asked: Asked, post_id: str) -> Any:
        us = self.us(asked)
        post = self._found(us, self.posts.get(int(post_id)))
        if post.deleted or post.number == 1 or not (us.is_moderator or post.user is us):
            raise denied()
        if us.is_moderator:
            self.delete(post)
        else:
            self.take_back(post)
        return None

    def _edit_post(self, asked: Asked, post_id: str) -> Any:
        us = self.us(asked)
        post, raw = self._found(us, self.posts.get(int(post_id))), asked.said()["post"]["raw"]
        if post.deleted or not (us.is_moderator or post.user is us):
            raise denied()
        if not raw.strip():
            raise Stopped(422, {"errors": ["Body is too short"], "error_type": "invalid_parameters"})
        # What stands there already is no new version.
        if raw != post.raw:
            self.edit(post, raw)
        return {"post": self.shown(post, us)}

    def _edit_topic(self, asked: Asked, topic_id: str) -> Any:
        us, topic = self._opened(asked, topic_id)
        if not (us.is_moderator or topic.user is us):
            raise denied()
        topic.title = asked.said()["title"]
        return {"basic_topic": {"id": topic.id, "title": topic.title}}

    def _solve(self, asked: Asked, verb: str) -> Any:
        if not self.solved:
            raise missing()
        us = self.us(asked)
        post = self._found(us, self.posts.get(int(asked.said()["id"])))
        if post.number == 1 or not (us.is_moderator or self.topics[post.topic_id].user is us):
            raise denied()
        self.accept(post if verb == "accept" else None, post.topic_id)
        return {"success": "OK"}

    def _delete_topic(self, asked: Asked, topic_id: str) -> Any:
        us, topic = self.us(asked), self.topics.get(int(topic_id))
        if topic is None or (topic.deleted and not us.is_moderator):
            raise missing()
        alone = topic.user is us and len(self.visible(topic)) == 1
        if topic.deleted or not (us.is_moderator or alone):
            raise denied()
        self.delete(self.visible(topic)[0])
        return None

    def _topic(self, asked: Asked, topic_id: str) -> Any:
        us, topic = self._opened(asked, topic_id)
        posts = self.visible(topic, deleted_too=us.is_moderator)
        solved = next((one for one in posts if one.number == topic.accepted), None)
        told = self.listed(topic) | {
            "views": 7, "user_id": topic.user.id, "category_id": None if topic.members else topic.category,
            "deleted_at": stamp(topic.deleted) if topic.deleted else None,
            "details": {"created_by": {"id": topic.user.id, "username": topic.user.username}},
            "post_stream": {"posts": self._rows(asked, us, posts[:CHUNK]), "stream": [one.id for one in posts]},
        }  # fmt: skip
        if solved and self.solved:
            told["accepted_answer"] = {"post_number": solved.number, "username": solved.user.username}
        return told

    def _some(self, asked: Asked, topic_id: str) -> Any:
        us, topic = self._opened(asked, topic_id)
        wanted = {int(one) for one in asked.query.get("post_ids[]", [])}
        posts = [one for one in self.visible(topic, deleted_too=us.is_moderator) if one.id in wanted]
        return {"post_stream": {"posts": self._rows(asked, us, posts)}, "id": topic.id}

    def _rows(self, asked: Asked, us: User, posts: list[Post]) -> list[dict[str, Any]]:
        return [self.shown(one, us, raw=bool(asked.first("include_raw"))) for one in posts]

    def _opened(self, asked: Asked, topic_id: str) -> tuple[User, Topic]:
        us, topic = self.us(asked), self.topics.get(int(topic_id))
        if topic is None or (topic.deleted and not us.is_moderator):
            raise missing()
        if not self.sees(us, topic):
            raise denied()
        return us, topic

    def _status(self, asked: Asked, topic_id: str) -> Any:
        us, topic = self._opened(asked, topic_id)
        if not us.is_moderator:
            raise denied()
        said = asked.said()
        if said["status"] == "closed":
            topic.is_closed = said["enabled"] == "true"
        return {"success": "OK", "topic_status_update": None}

    def _latest(self, asked: Asked) -> Any:
        self.us(asked)
        open_ones = (one for one in self.topics.values() if not one.members and not one.deleted and not one.is_unlisted)
        listed = sorted((self.listed(one) for one in open_ones), key=lambda one: (one["bumped_at"], one["id"]))
        more = {"more_topics_url": "/latest?page=1"} if len(listed) > 30 else {}
        return {"users": [], "topic_list": {"per_page": 30, "topics": listed[::-1][:30]} | more}

    def _notifications(self, asked: Asked) -> Any:
        us, offset = self.us(asked), int(asked.first("offset", "0"))
        mine = [one for one in self.notices if one["user_id"] == us.id][::-1]
        return {"notifications": mine[offset : offset + 60], "total_rows_notifications": len(mine)}

    def _letters(self, asked: Asked, box: str, username: str) -> Any:
        us = self.us(asked)
        if username != us.username:
            raise denied()
        mine = [one for one in self.topics.values() if us.id in one.members and not one.deleted]
        kept = [one for one in mine if (one.user is us) == (box == "private-messages-sent")]
        return {"users": [], "topic_list": {"topics": [self.listed(one) for one in kept]}}

    def _likers(self, asked: Asked) -> Any:
        self.us(asked)
        post = self.posts[int(asked.first("id"))]
        users = [{"id": one.id, "username": one.username, "name": one.name} for one in post.likes]
        return {"post_action_users": users}

    def _actions(self, asked: Asked) -> Any:
        us, offset = self.us(asked), int(asked.first("offset", "0"))
        if asked.first("username") != us.username or asked.first("filter") != "4":
            raise missing()
        mine = sorted(
            (one for one in self.posts.values() if one.user is us and one.number == 1 and not one.deleted),
            key=lambda one: -one.id,
        )
        page = [
            {"action_type": 4, "created_at": stamp(one.at), "post_id": one.id, "topic_id": one.topic_id,
             "post_number": 1, "title": self.topics[one.topic_id].title, "excerpt": one.raw[:100]}
            for one in mine[offset : offset + ACTIONS]
        ]  # fmt: skip
        return {"user_actions": page}

    def _pending(self, asked: Asked, username: str) -> Any:
        us = self.us(asked)
        if not self.shows_pending:
            raise missing()
        mine = [one for one in self.pending if one["user_id"] == us.id]
        return {"pending_posts": [{name: one[name] for name in one if name != "said"} for one in mine]}

    def _upload(self, asked: Asked) -> Any:
        self.us(asked)
        parts = asked.parts()
        if parts["type"].get_payload() != "composer":
            raise Stopped(422, {"errors": ["type"]})
        file = parts["file"]
        upload = {"id": len(self.uploads) + 1, "name": file.get_filename(), "content": file.get_payload(decode=True)}
        self.uploads.append(upload)
        return {
            "id": upload["id"], "url": f"/uploads/default/{upload['id']}.png", "width": 40, "height": 30,
            "short_url": f"upload://{upload['id']}.png", "original_filename": upload["name"],
        }  # fmt: skip


def denied() -> Stopped:
    return Stopped(403, {"errors": [INVALID], "error_type": "invalid_access"})


def missing() -> Stopped:
    return Stopped(404, {"errors": ["The requested URL or resource could not be found."], "error_type": "not_found"})
