"""The HTTP face of the fake forum: both APIs, who may call what, and how it says no."""

from typing import Any

from tests.networks.loopback import Asked, Route, Stopped
from tests.networks.nodebb.forum import Forum, Post, Topic, User, html, iso

CLOSED_CATEGORY = 9


class Board(Forum):
    """A forum that answers."""

    def routes(self) -> list[Route]:
        return [
            ("GET", r"/api/self", self._self),
            ("GET", r"/api/user/uid/(\d+)", self._user),
            ("GET", r"/api/categories", self._categories),
            ("GET", r"/api/recent", self._recent),
            ("GET", r"/api/topic/(\d+)", self._redirected),
            ("GET", r"/api/topic/(\d+)/thema", self._topic),
            ("GET", r"/api/notifications", self._notifications),
            ("GET", r"/api/user/(\w+)/posts", self._own),
            ("GET", r"/api/post-queue", self._queue),
            ("GET", r"/api/v3/posts/([^/]+)", self._post),
            ("GET", r"/api/v3/topics/([^/]+)", self._slim),
            ("POST", r"/api/v3/topics", self._open),
            ("POST", r"/api/v3/topics/([^/]+)", self._reply),
            ("PUT", r"/api/v3/posts/(\d+)", self._change_post),
            ("DELETE", r"/api/v3/posts/(\d+)/state", self._hide_post),
            ("DELETE", r"/api/v3/topics/(\d+)/state", self._hide_topic),
            ("PUT", r"/api/v3/topics/(\d+)/lock", self._lock),
            ("DELETE", r"/api/v3/topics/(\d+)/lock", self._unlock),
        ]

    def verb_of(self, asked: Asked) -> str:
        return "who" if asked.path == "/api/self" else super().verb_of(asked)

    def refusal(self, kind: str, wait: float) -> Stopped:
        if kind == "logged_out":
            self.tokens.clear()
            return refused(401, "not-authorised", "A valid login session was not found. Please log in and try again.")
        return refused(400, "bad-request", f"You can only post once every {int(wait)} second(s) - please wait")

    def us(self, asked: Asked) -> User | None:
        """Whose token it is; whom it does not know it takes for a guest. A token of the forum speaks for `_uid`."""
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            return None
        uid = self.tokens[token]
        if uid == 0:
            named = asked.first("_uid") or str(asked.said().get("_uid", "") if asked.body else "")
            if not named:
                raise refused(400, "bad-request", "[[error:api.master-token-no-uid]]")
            uid = int(named)
        return self.users.get(uid)

    def somebody(self, asked: Asked) -> User:
        us = self.us(asked)
        if us is None:
            raise refused(401, "not-authorised", "A valid login session was not found. Please log in and try again.")
        return us

    def _self(self, asked: Asked) -> Any:
        us = self.us(asked)
        if us is None:
            raise Stopped(401, "not-authorized")
        return {"uid": us.uid, "username": us.username, "displayname": us.name, "userslug": us.username}

    def _user(self, asked: Asked, uid: str) -> Any:
        user = self.users[int(uid)]
        return {"uid": user.uid, "username": user.username, "isGlobalModerator": user.is_moderator, "isAdmin": False}

    def _categories(self, asked: Asked) -> Any:
        return {"categories": [
            {"cid": 1, "name": "Allgemein", "children": [{"cid": 5, "name": "Neues", "children": []}]},
            {"cid": CLOSED_CATEGORY, "name": "Nur lesen", "children": []},
        ]}  # fmt: skip

    def _recent(self, asked: Asked) -> Any:
        us = self.us(asked)
        shown = [
            one for one in self.topics.values()
            if not one.is_ignored and (not one.is_deleted or (us is not None and us.is_moderator))
        ]  # fmt: skip
        shown.sort(key=lambda one: (-self.last_at(one), -one.tid))
        return self._paged(asked, "topics", [self.slim(one) for one in shown])

    def _redirected(self, asked: Asked, tid: str) -> Any:
        if self.redirects:
            return f"/topic/{tid}/thema"
        return self._topic(asked, tid)

    def _topic(self, asked: Asked, tid: str) -> Any:
        us, topic = self.us(asked), self.topics.get(int(tid))
        if topic is None or (topic.is_deleted and not (us and us.is_moderator)):
            raise Stopped(404, {"path": asked.path, "title": "[[global:404.title]]"})
        return self.slim(topic) | self._paged(asked, "posts", [self.shown(one, us) for one in self.of(topic)])

    def _notifications(self, asked: Asked) -> Any:
        us = self.us(asked)
        if us is None:
            return "/login"
        mine = [{name: one[name] for name in one if name != "to"} for one in self.notices if one["to"] == us.uid]
        return self._paged(asked, "notifications", mine[::-1])

    def _own(self, asked: Asked, slug: str) -> Any:
        us = self.us(asked)
        mine = [one for one in self.posts.values() if one.user.username == slug and not one.is_deleted]
        mine = [one for one in mine if not self.topics[one.tid].is_deleted]
        listed = [
            self.shown(one, us) | {"topic": self.slim(self.topics[one.tid]), "isMainPost": self.topics[one.tid].main == one.pid}
            for one in sorted(mine, key=lambda one: (-one.at, -one.pid))
        ]  # fmt: skip
        return self._paged(asked, "posts", listed)

    def _queue(self, asked: Asked) -> Any:
        us = self.somebody(asked)
        if not self.shows_queue:
            raise Stopped(404, {"path": asked.path})
        mine = [one for one in self.queue if one["uid"] == us.uid or us.is_moderator]
        return {"posts": [{name: one[name] for name in one if name != "said"} for one in mine]}

    def _post(self, asked: Asked, pid: str) -> Any:
        return fine(self.raw(self._found(pid)))

    def _change_post(self, asked: Asked, pid: str) -> Any:
        us, post, said = self.somebody(asked), self._found(pid), asked.said()
        if post.user.uid != us.uid and not us.is_moderator:
            raise refused(403, "forbidden", "You are not allowed to edit this post")
        if not said["content"].strip():
            raise refused(400, "bad-request", "Please enter a longer post")
        self.edit(post, said["content"])
        if "title" in said:
            assert post.pid == min(one.pid for one in self.posts.values() if one.tid == post.tid)
            self.topics[post.tid].title = said["title"]
        return fine({})

    def _found(self, pid: str) -> Post:
        post = self.posts.get(int(pid)) if pid.isdigit() else None
        if post is None:
            raise refused(404, "not-found", "Post does not exist")
        return post

    def _slim(self, asked: Asked, tid: str) -> Any:
        us, topic = self.us(asked), self.topics.get(int(tid)) if tid.isdigit() else None
        if topic is None or (topic.is_deleted and not (us and us.is_moderator)):
            raise refused(404, "not-found", "Topic does not exist")
        return fine(self.slim(topic))

    def _open(self, asked: Asked) -> Any:
        said = asked.said()
        us = self._speaker(asked, said)
        if not said.get("title"):
            raise refused(400, "bad-request", "Required parameters were missing from this API call: title")
        if int(said["cid"]) == CLOSED_CATEGORY and not us.is_moderator:
            raise refused(403, "forbidden", "You do not have enough privileges for this action.")
        return self._said(us, 0, said)

    def _reply(self, asked: Asked, tid: str) -> Any:
        said = asked.said()
        us, topic = self._speaker(asked, said), self.topics.get(int(tid)) if tid.isdigit() else None
        if topic is None:
            raise refused(404, "not-found", "Topic does not exist")
        if topic.is_locked and not us.is_moderator:
            raise refused(403, "forbidden", "This topic has been locked.")
        return self._said(us, topic.tid, said)

    def _speaker(self, asked: Asked, said: dict[str, Any]) -> User:
        us = self.us(asked)
        if us is None and self.guests_write:
            us = self.users.setdefault(0, User(0, "Guest", "Gast"))
        us = us or self.somebody(asked)
        if not str(said.get("content") or "").strip() or len(said["content"]) > self.longest:
            raise refused(400, "bad-request", "Please enter a longer post, or a shorter one")
        mine = [one.at for one in self.posts.values() if one.user is us]
        if self.delay and mine and self.stamp() - max(mine) < self.delay * 1000:
            raise refused(400, "bad-request", f"You can only post once every {self.delay} second(s) - please wait")
        return us

    def _said(self, us: User, tid: int, said: dict[str, Any]) -> Any:
        if self.queues and not us.is_moderator:
            data = {"rawContent": said["content"], "content": html(said["content"])}
            data |= {"tid": tid} if tid else {"title": said["title"], "cid": said["cid"]}
            one = {
                "id": f"{'reply' if tid else 'topic'}-{self.stamp()}", "uid": us.uid, "type": "reply" if tid else "topic",
                "data": data, "tid": tid, "said": said,
            }  # fmt: skip
            self.queue.append(one)
            told = {"id": one["id"], "type": one["type"], "queued": True, "message": "[[success:post-queued]]"}
            return (200 if tid else 202), fine(told)
        post = self.create(us, tid, said)
        topic = self.topics[post.tid]
        return fine(self.shown(post, us) if tid else self.slim(topic))

    def _hide_post(self, asked: Asked, pid: str) -> Any:
        us, post = self.somebody(asked), self._found(pid)
        self._allowed(us, post.user)
        if post.is_deleted:
            raise refused(400, "bad-request", "This post has already been deleted")
        self.delete(post)
        return fine({})

    def _hide_topic(self, asked: Asked, tid: str) -> Any:
        us, topic = self.somebody(asked), self._there(tid)
        self._allowed(us, topic.user)
        if topic.is_deleted:
            raise refused(400, "bad-request", "This topic has already been deleted")
        self.delete_topic(topic.tid)
        return fine({})

    def _lock(self, asked: Asked, tid: str) -> Any:
        self._allowed(self.somebody(asked), None)
        self._there(tid).is_locked = True
        return fine({})

    def _unlock(self, asked: Asked, tid: str) -> Any:
        self._allowed(self.somebody(asked), None)
        self._there(tid).is_locked = False
        return fine({})

    def _there(self, tid: str) -> Topic:
        topic = self.topics.get(int(tid))
        if topic is None:
            raise refused(404, "not-found", "Topic does not exist")
        return topic

    def _allowed(self, us: User, owner: User | None) -> None:
        if not (us.is_moderator or us is owner):
            raise refused(403, "forbidden", "You do not have enough privileges for this action.")

    def _paged(self, asked: Asked, name: str, listed: list[dict[str, Any]]) -> dict[str, Any]:
        page = max(int(asked.first("page", "1")), 1)
        count = max(-(-len(listed) // self.page), 1)
        told = {name: listed[(page - 1) * self.page : page * self.page]}
        return told | {"pagination": {"currentPage": page, "pageCount": count}, "timeISO": iso(self.stamp())}


def fine(response: Any) -> dict[str, Any]:
    return {"status": {"code": "ok", "message": "OK"}, "response": response}


def refused(status: int, code: str, message: str) -> Stopped:
    return Stopped(status, {"status": {"code": code, "message": message}, "response": {}})
