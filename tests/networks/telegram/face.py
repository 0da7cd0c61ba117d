"""The HTTP face of the fake: /bot<token>/<method>, by GET and by POST, with JSON, forms and files."""

import json
import sys
import threading
import time
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.networks.telegram.network import Bot, Denied, Network


class Hung(Exception):
    """The connection ends here, after so many seconds of silence."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Face(ThreadingHTTPServer):
    """Serves one network on 127.0.0.1."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, network: Network) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
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

    def log_message(self, *args: Any) -> None:
        """Silent."""

    def do_GET(self) -> None:
        self._visit()

    def do_POST(self) -> None:
        self._visit()

    def _visit(self) -> None:
        self.network = self.server.network
        address = urlsplit(self.path)
        self.said = {name: values[-1] for name, values in parse_qs(address.query).items()} | self._body()
        _, token, method = (*unquote(address.path).split("/"), "", "")[:3]
        try:
            bot = self.network.bots.get(token.removeprefix("bot"))
            if bot is None:
                is_token = ":" in token
                raise Denied(401 if is_token else 404, "Unauthorized" if is_token else "Not Found")
            act = getattr(self, f"_{method}", None)
            if act is None:
                raise Denied(404, "Not Found: method not found")
            verb = "send" if method.startswith("send") else "delete" if method.startswith("delete") else "read"
            kind, wait = self.network.draw(verb)
            self._before(kind, wait, token)
            self._after(kind, wait, act(bot))
        except Denied as denied:
            told: dict[str, Any] = {"ok": False, "error_code": denied.code, "description": denied.description}
            self._answer(denied.code, told | ({"parameters": denied.parameters} if denied.parameters else {}))
        except Hung as hung:
            self.server.ending.wait(hung.seconds)
            self.close_connection = True

    def _body(self) -> dict[str, Any]:
        body, kind = (
            self.rfile.read(int(self.headers.get("Content-Length") or 0)),
            self.headers.get("Content-Type") or "",
        )
        if "json" in kind:
            return dict(json.loads(body))
        if "multipart" not in kind:
            return {}
        parts = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body).iter_parts()
        found: dict[str, Any] = {}
        for part in parts:
            name, content = str(part.get_param("name", header="content-disposition")), part.get_payload(decode=True)
            if part.get_filename():
                self.server.network.pictures.append((part.get_content_type(), content))
            else:
                found[name] = json.loads(content) if name == "reply_parameters" else content.decode()
        return found

    def _getMe(self, bot: Bot) -> Any:
        return bot.user

    def _getWebhookInfo(self, bot: Bot) -> Any:
        return {"url": bot.webhook, "pending_update_count": len(bot.updates)}

    def _getChat(self, bot: Bot) -> Any:
        wanted = self.said["chat_id"]
        for chat in self.network.chats.values():
            if wanted in (str(chat["id"]), f"@{chat.get('username')}"):
                return chat
        raise Denied(400, "Bad Request: chat not found")

    def _getChatMember(self, bot: Bot) -> Any:
        key = (int(self.said["chat_id"]), int(self.said["user_id"]))
        if key not in self.network.members:
            raise Denied(400, "Bad Request: member list is inaccessible")
        return self.network.members[key]

    def _getUpdates(self, bot: Bot) -> Any:
        self.network.asked.append(dict(self.said))
        offset = int(self.said["offset"]) if "offset" in self.said else None
        allowed = json.loads(self.said["allowed_updates"]) if "allowed_updates" in self.said else None
        limit, number = int(self.said.get("limit", "100")), next(self.network.questions)
        self.network.newest_question = number
        end = time.monotonic() + int(self.said.get("timeout", "0"))
        while not (told := self.network.updates(bot, offset, limit, allowed)) and time.monotonic() < end:
            time.sleep(0.02)
            if self.network.newest_question != number:
                raise Denied(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")  # fmt: skip
        return told

    def _sendMessage(self, bot: Bot) -> Any:
        return self.network.send(bot, "sendMessage", self.said)

    def _sendPhoto(self, bot: Bot) -> Any:
        return self.network.send(bot, "sendPhoto", self.said)

    def _sendVideo(self, bot: Bot) -> Any:
        kind, content = self.network.pictures[-1]
        if kind != "video/mp4":  # it would become a mere file
            raise Denied(400, "Bad Request: wrong type of the web page content")
        if len(content) > 50_000_000:
            raise Denied(413, "Request Entity Too Large")
        return self.network.send(bot, "sendVideo", self.said)

    def _editMessageText(self, bot: Bot) -> Any:
        return self.network.reword(bot, int(self.said["chat_id"]), int(self.said["message_id"]), "text", self.said)

    def _editMessageCaption(self, bot: Bot) -> Any:
        return self.network.reword(bot, int(self.said["chat_id"]), int(self.said["message_id"]), "caption", self.said)

    def _deleteMessage(self, bot: Bot) -> Any:
        self.network.delete(bot, int(self.said["chat_id"]), int(self.said["message_id"]))
        return True

    def _before(self, kind: str, wait: float, token: str) -> None:
        if kind == "error_before":
            raise Denied(500, "Internal Server Error")
        if kind == "logged_out":
            raise Denied(401, "Unauthorized")
        if kind == "too_many":
            raise Denied(429, f"Too Many Requests: retry after {int(wait)}", retry_after=int(wait))
        if kind == "elsewhere":
            raise Denied(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")  # fmt: skip
        if kind == "moved":
            raise Denied(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-100999)
        if kind == "echo":  # a gateway that shows what was asked for
            raise Denied(502, f"Bad Gateway: /{token}/x and {token.removeprefix('bot')}")
        if kind == "silence_before":
            raise Hung(wait)

    def _after(self, kind: str, wait: float, told: Any) -> None:
        whole = {"ok": True, "result": told}
        if kind == "error_after":
            raise Denied(500, "Internal Server Error")
        if kind == "silence_after":
            raise Hung(wait)
        if kind == "half":
            body = json.dumps(whole).encode()
            self._write(200, body, "application/json", cut=len(body) // 2)
            raise Hung
        if kind == "html":
            self._write(200, b"<!doctype html><title>Wartung</title>", "text/html")
        elif kind == "garbage":
            self._answer(200, {"ok": True, "result": ["keine", "Auskunft"]})
        else:
            self._answer(200, whole)

    def _answer(self, status: int, told: Any) -> None:
        self._write(status, json.dumps(told).encode(), "application/json")

    def _write(self, status: int, body: bytes, media_type: str, cut: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:cut])


def serve(network: Network) -> Face:
    """The network in a thread of this process, until `end`."""
    face = Face(network)
    threading.Thread(target=face.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return face
