"""The HTTP face of the fake: pages with the Link header, the REST API in both shapes of its address."""

import base64
import json
import re
import sys
import threading
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from tests.networks.wordpress.network import Comment, Medium, Network, Post, Problem, User
from tests.networks.wordpress.shapes import Shapes


class Hung(Exception):
    """The connection ends here, after so many seconds of silence."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Face(ThreadingHTTPServer):
    """Serves one site on 127.0.0.1."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, network: Network, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Visit)
        self.network = network
        self.ending = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *visit: Any) -> None:
        """A visitor who hangs up is no error."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(*visit)

    def end(self) -> None:
        """Stop serving, let nobody hang."""
        self.ending.set()
        self.shutdown()
        self.server_close()


class _Visit(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Face
    routes: ClassVar[list[tuple[str, str, str]]] = [
        ("GET", r"/wp/v2/users/me", "_me"),
        ("GET", r"/wp/v2/categories", "_categories"),
        ("GET", r"/wp/v2/posts", "_posts"),
        ("POST", r"/wp/v2/posts", "_publish"),
        ("GET", r"/wp/v2/posts/(\d+)", "_post"),
        ("POST", r"/wp/v2/posts/(\d+)", "_change_post"),
        ("DELETE", r"/wp/v2/posts/(\d+)", "_trash_post"),
        ("GET", r"/wp/v2/comments", "_comments"),
        ("POST", r"/wp/v2/comments", "_answer_post"),
        ("GET", r"/wp/v2/comments/(\d+)", "_comment"),
        ("POST", r"/wp/v2/comments/(\d+)", "_change_comment"),
        ("DELETE", r"/wp/v2/comments/(\d+)", "_trash_comment"),
        ("GET", r"/wp/v2/media", "_media"),
        ("POST", r"/wp/v2/media", "_upload"),
        ("POST", r"/wp/v2/media/(\d+)", "_describe"),
    ]

    def log_message(self, *args: Any) -> None:
        """Silent: the network is the record."""

    def do_GET(self) -> None:
        self._visit()

    def do_POST(self) -> None:
        self._visit()

    def do_DELETE(self) -> None:
        self._visit()

    def _visit(self) -> None:
        self.network, self.shapes = self.server.network, Shapes(self.server.network, self.server.url)
        address = urlsplit(self.path)
        self.query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.network.visits.append(f"{self.command} {self.path}")
        route = self.query.get("rest_route", "")
        if self.network.pretty and address.path.startswith("/wp-json"):
            route = address.path.removeprefix("/wp-json") or "/"
        try:
            if not route:
                self._page(address.path)
            elif route == "/":
                self._write(200, self.shapes.index())
            else:
                self.user = self._known()
                self._api(route)
        except Problem as problem:
            told = {"code": problem.code, "message": problem.message, "data": {"status": problem.status}}
            self._write(problem.status, told)
        except Hung as hung:
            self.server.ending.wait(hung.seconds)
            self.close_connection = True

    def _page(self, path: str) -> None:
        if path not in ("/", "/blog/"):
            self._write(404, b"<h1>Nicht gefunden</h1>", "text/html")
            return
        link = f'<{self.shapes.root()}>; rel="https://api.w.org/"'
        self._write(200, b"<!doctype html><title>Unser Haus</title>", "text/html; charset=UTF-8", Link=link)

    def _api(self, route: str) -> None:
        for method, shape, name in self.routes:
            found = re.fullmatch(shape, route)
            if found and method == self.command:
                with self.network.lock:
                    getattr(self, name)(*map(int, found.groups()))
                return
        raise Problem(404, "rest_no_route")

    def _known(self) -> User | None:
        """Who asks. A wrong password is told at once, whatever is asked for."""
        given = self.headers.get("Authorization", "")
        if not given:
            return None
        name, _, password = base64.b64decode(given.removeprefix("Basic ")).decode().partition(":")
        found = next((one for one in self.network.users.values() if one.slug == name), None)
        if found is None:
            raise Problem(401, "invalid_username")
        if found.password != "".join(filter(str.isalnum, password)):
            raise Problem(401, "incorrect_password")
        return found

    def _may(self, *rights: str) -> bool:
        return self.user is not None and set(rights) <= self.user.may

    def _need(self, code: str, *rights: str) -> User:
        if self.user is None or not self._may(*rights):
            raise Problem(403 if self.user else 401, code)
        return self.user

    @property
    def _whole(self) -> bool:
        return self.query.get("context") == "edit"

    def _me(self) -> None:
        user = self._need("rest_not_logged_in")
        self._write(200, self.shapes.user(user, whole=self._whole))

    def _categories(self) -> None:
        wished = self.query.get("search", "").lower()
        listed = [{"id": number, "name": name.replace("&", "&amp;"), "slug": name.lower()} for number, name in self.network.categories.items() if wished in name.lower()]  # fmt: skip
        self._write(200, listed)

    def _posts(self) -> None:
        self._before("read")
        statuses = self.query.get("status", "publish").split(",")
        if statuses != ["publish"]:
            self._need("rest_forbidden_status", "edit_posts")
        if self._whole:
            self._need("rest_forbidden_context", "edit_posts")
        rows = [one for one in self.network.posts.values() if one.type == "post" and one.status in statuses]
        rows = self._asked_for(rows, "modified" if "modified_after" in self.query else "at")
        by = {"modified": lambda one: one.modified, "date": lambda one: one.at, "id": lambda one: one.id}[self.query.get("orderby", "date")]  # fmt: skip
        verb = "edit" if self._whole else "read"

        def shown(post: Post) -> Any:
            if self.network.allowed(self.user, post, verb):
                return self.shapes.post(post, whole=self._whole, embed="_embed" in self.query)
            return None

        self._list(sorted(rows, key=by), shown)

    def _asked_for(self, rows: list[Any], attribute: str) -> list[Any]:
        """What `after`, `before`, `include`, `author`, `slug`, `post` and `parent` leave."""
        after = self.query.get("modified_after") or self.query.get("after")
        if after:
            begin = self.network.seconds(after)
            rows = [one for one in rows if int(getattr(one, attribute)) > begin]
        if "before" in self.query:
            end = self.network.seconds(self.query["before"])
            rows = [one for one in rows if int(getattr(one, attribute)) < end]
        for name, field in (("include", "id"), ("author", "author"), ("post", "post"), ("parent", "parent")):
            if name in self.query:
                wished = set(map(int, self.query[name].split(",")))
                rows = [one for one in rows if getattr(one, field) in wished]
        return [one for one in rows if "slug" not in self.query or one.slug == self.query["slug"]]

    def _list(self, rows: list[Any], shown: Any) -> None:
        """One page. Rows are counted before those that one may not see are left out."""
        if self.query.get("order", "desc") == "desc":
            rows.reverse()
        size, page = int(self.query.get("per_page", "10")), int(self.query.get("page", "1"))
        pages = -(-len(rows) // size)
        if page > max(pages, 1):
            raise Problem(400, "rest_post_invalid_page_number")
        told = [one for one in map(shown, rows[(page - 1) * size : page * size]) if one is not None]
        self._write(200, told, **{"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(pages)})

    def _found(self, number: int, *, verb: str = "read") -> Post:
        post = self.network.posts.get(number)
        if post is None or post.type != "post":
            raise Problem(404, "rest_post_invalid_id")
        if not self.network.allowed(self.user, post, "edit" if self._whole else verb):
            raise Problem(403 if self.user else 401, "rest_forbidden")
        return post

    def _post(self, number: int) -> None:
        self._before("read")
        self._write(200, self.shapes.post(self._found(number), whole=self._whole))

    def _publish(self) -> None:
        user, said = self._need("rest_cannot_create", "edit_posts"), self._said()
        if said.get("status") == "publish" and "publish_posts" not in user.may:
            raise Problem(403, "rest_cannot_publish")
        if said.get("featured_media") and said["featured_media"] not in self.network.media:
            raise Problem(400, "rest_invalid_featured_media")
        kind, wait = self._before("send")
        more = {"featured": said.get("featured_media", 0), "categories": tuple(said.get("categories") or (1,)), "slug": said.get("slug", "")}  # fmt: skip
        post = self.network.write(user.id, said["title"], said["content"], status="pending" if kind == "queued" else said["status"], **more)  # fmt: skip
        self._after(kind, wait, self.shapes.post(post, whole=True))

    def _change_post(self, number: int) -> None:
        post, said = self._found(number, verb="edit"), self._said()
        self.network.change(number, **{name: said[name] for name in ("title", "content") if name in said})
        post.modified = max(post.modified, post.at + 1)  # times are told in whole seconds
        self._write(200, self.shapes.post(post, whole=True))

    def _trash_post(self, number: int) -> None:
        post = self._found(number, verb="edit")
        self._before("delete")
        if post.status == "trash":
            raise Problem(410, "rest_already_trashed")
        self.network.change(number, status="trash")
        self._write(200, self.shapes.post(post, whole=True))

    def _readable(self, comment: Comment) -> bool:
        if comment.status == "approved":
            return True
        return self._may("moderate_comments") or (self.user is not None and comment.author == self.user.id)

    def _comments(self) -> None:
        self._before("read")
        status = self.query.get("status", "approve")
        if self._whole:
            self._need("rest_forbidden_context", "moderate_comments")
        if status != "approve" or "author" in self.query:
            self._need("rest_forbidden_param", "edit_posts")
        wished = {"approve": ("approved",), "all": ("approved", "hold"), "any": ("approved", "hold", "spam", "trash")}.get(status, (status,))  # fmt: skip
        rows = self._asked_for([one for one in self.network.comments.values() if one.status in wished], "at")

        def shown(comment: Comment) -> Any:
            return self.shapes.comment(comment, whole=self._whole) if self._readable(comment) else None

        by = (lambda one: one.id) if self.query.get("orderby") == "id" else (lambda one: (one.at, one.id))
        self._list(sorted(rows, key=by), shown)

    def _commented(self, number: int) -> Comment:
        comment = self.network.comments.get(number)
        if comment is None:
            raise Problem(404, "rest_comment_invalid_id")
        if not self._readable(comment) or (self._whole and not self._may("moderate_comments")):
            raise Problem(403 if self.user else 401, "rest_forbidden_context")
        return comment

    def _comment(self, number: int) -> None:
        self._before("read")
        self._write(200, self.shapes.comment(self._commented(number), whole=self._whole))

    def _answer_post(self) -> None:
        said = self._said()
        post = self.network.posts.get(int(said.get("post") or 0))
        if self.user is None:
            raise Problem(401, "rest_comment_login_required")
        if post is None or post.status == "trash":
            raise Problem(403, "rest_comment_invalid_post_id")
        if post.is_closed:
            raise Problem(403, "rest_comment_closed")
        if len(said["content"].encode()) > 65_525:
            raise Problem(400, "comment_content_column_length")
        kind, wait = self._before("send")
        status = {"status": "hold"} if kind == "queued" else {}
        comment = self.network.comment(post.id, said["content"], int(said.get("parent") or 0), user=self.user, **status)
        self._after(kind, wait, self.shapes.comment(comment, whole=self._may("moderate_comments")))

    def _change_comment(self, number: int) -> None:
        self._need("rest_cannot_edit", "moderate_comments")
        if "content" in self._said():
            self.network.comments[number].content = self._said()["content"]
            self._write(200, self.shapes.comment(self._commented(number), whole=True))
            return
        comment, wished = self._commented(number), self._said()["status"]
        wished = {"approve": "approved"}.get(wished, wished)
        if comment.status == wished:
            raise Problem(500, "rest_comment_failed_edit", "Updating comment status failed.")
        comment.status = wished
        self._write(200, self.shapes.comment(comment, whole=True))

    def _trash_comment(self, number: int) -> None:
        comment = self._commented(number)
        self._before("delete")
        post = self.network.posts.get(comment.post)
        if not self._may("moderate_comments") and not (post and self.network.allowed(self.user, post, "edit")):
            raise Problem(403, "rest_cannot_delete")
        if comment.status == "trash":
            raise Problem(410, "rest_already_trashed")
        comment.status = "trash"
        self._write(200, self.shapes.comment(comment, whole=True))

    def _media(self) -> None:
        self._list(self._asked_for(list(self.network.media.values()), "id"), self.shapes.medium)

    def _upload(self) -> None:
        user = self._need("rest_cannot_create", "upload_files")
        kind, wait = self._before("upload")
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        parts = {
            str(part.get_param("name", header="content-disposition")): part
            for part in BytesParser(policy=HTTP).parsebytes(head + self.body).iter_parts()
        }
        file = parts["file"]
        given = {name: parts[name].get_payload(decode=True).decode() for name in ("slug", "alt_text") if name in parts}
        number = self.network._next()
        alt = "" if kind == "crash" else " ".join(given.get("alt_text", "").split())
        medium = Medium(number, user.id, self.network._unique(given["slug"]), file.get_content_type(), alt, file.get_payload(decode=True))  # fmt: skip
        self.network.media[number] = medium
        self._after("error_after" if kind == "crash" else kind, wait, self.shapes.medium(medium))

    def _describe(self, number: int) -> None:
        self._need("rest_cannot_edit", "upload_files")
        self.network.media[number].alt = self._said()["alt_text"]
        self._write(200, self.shapes.medium(self.network.media[number]))

    def _before(self, verb: str) -> tuple[str, float]:
        kind, wait = self.network.draw(verb)
        if kind == "error_before":
            raise Problem(500, "internal_server_error", "There has been a critical error on this website.")
        if kind == "too_many":
            self._only(429, b"Zu viele", "text/plain", **{"Retry-After": str(int(wait))})
        if kind == "maintenance":
            self._only(503, b"<h1>Wartung</h1>", "text/html", **{"Retry-After": "600"})
        if kind == "too_large":
            raise Problem(400, "rest_upload_no_data")
        if kind == "garbage":
            self._only(200, b'[{"id": "x"}, {"nothing": 1}]', "application/json")
        if kind == "list_html":
            self._only(200, b"<!doctype html><title>Wartung</title>", "text/html")
        if kind == "silence_before":
            raise Hung(wait)
        return kind, wait

    def _only(self, status: int, body: bytes, media_type: str, **more: str) -> None:
        """This answer instead of any other."""
        self._write(status, body, media_type, Connection="close", **more)
        raise Hung

    def _after(self, kind: str, wait: float, told: Any) -> None:
        if kind == "error_after":
            raise Problem(500, "internal_server_error")
        if kind == "silence_after":
            raise Hung(wait)
        if kind == "half":
            body = json.dumps(told).encode()
            self._write(201, body, "application/json", cut=len(body) // 2)
            raise Hung
        if kind == "html":
            self._write(201, b"<br /><b>Warning</b>: headers already sent", "text/html")
        else:
            self._write(201, told)

    def _said(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.body)
        return said

    def _write(self, status: int, told: Any, media_type: str = "application/json; charset=UTF-8", cut: int | None = None, **more: str) -> None:  # fmt: skip
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(status)
        for name, value in {**more, "Content-Type": media_type, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:cut])


def serve(network: Network, port: int = 0) -> Face:
    """The site in a thread of this process, until `end`."""
    face = Face(network, port)
    threading.Thread(target=face.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return face
