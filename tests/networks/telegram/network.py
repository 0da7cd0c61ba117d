"""Chats, who is in them, their messages, and the queue of updates of each bot."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.networks.patience import SILENCE

DAY = 86_400.0


class Denied(Exception):
    """An answer that is not ok."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass
class Bot:
    """A bot and what waits for it."""

    token: str
    user: dict[str, Any]
    updates: list[dict[str, Any]] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    webhook: str = ""


@dataclass
class Fault:
    """What happens at the next `left` requests of a verb."""

    verb: str
    kind: str
    left: int | None
    wait: float


class Network:
    """Everything, behind one lock."""

    def __init__(self) -> None:
        self.clock: Callable[[], float] = time.time
        self.lock = threading.RLock()
        self.bots: dict[str, Bot] = {}
        self.chats: dict[int, dict[str, Any]] = {}
        self.members: dict[tuple[int, int], dict[str, Any]] = {}
        self.messages: dict[tuple[int, int], dict[str, Any]] = {}
        self.deleted: list[tuple[int, int]] = []
        self.said: list[tuple[str, dict[str, Any]]] = []
        self.pictures: list[tuple[str, bytes]] = []
        self.asked: list[dict[str, str]] = []
        self.faults: list[Fault] = []
        self.next_update = 700_000
        self.questions, self.newest_question = count(1), 0

    def make_bot(self, token: str, name: str, *, hears_all: bool = False) -> Bot:
        """A bot, as BotFather makes one."""
        user = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": name, "username": "haus_bot"}
        self.bots[token] = Bot(token, user | {"can_read_all_group_messages": hears_all})
        return self.bots[token]

    def make_chat(self, number: int, kind: str, title: str, name: str = "", linked: int = 0) -> dict[str, Any]:
        """A group, supergroup or channel."""
        self.chats[number] = {"id": number, "type": kind, "title": title} | ({"username": name} if name else {})
        self.chats[number] |= {"linked_chat_id": linked} if linked else {}
        return self.chats[number]

    def seat(self, chat: int, user: int, status: str, **rights: bool) -> None:
        """What somebody is in a chat."""
        self.members[chat, user] = {"status": status, "user": {"id": user}, **rights}

    def person(self, number: int, name: str) -> dict[str, Any]:
        return {"id": number, "is_bot": False, "first_name": name, "username": name.lower()}

    def put(self, chat: int, content: dict[str, Any], *, kind: str = "message", teller: int = 0) -> dict[str, Any]:
        """A new message; every bot of the chat is told of it, save its own."""
        with self.lock:
            number = max((key[1] for key in self.messages if key[0] == chat), default=0) + 1
            shown = {name: value for name, value in self.chats[chat].items() if name != "linked_chat_id"}
            told = {"message_id": number, "date": int(self.clock()), "chat": shown, **content}
            self.messages[chat, number] = told
            self.tell(kind, told, but=teller)
            linked = self.chats[chat].get("linked_chat_id")
            if kind == "channel_post" and linked:
                origin = {"type": "channel", "chat": shown, "message_id": number, "date": told["date"]}
                copied = {name: content[name] for name in ("text", "caption", "photo", "entities") if name in content}
                house = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
                self.put(linked, {"from": house, "sender_chat": shown, "is_automatic_forward": True, "forward_origin": origin, **copied})  # fmt: skip
            return told

    def say(self, chat: int, person: dict[str, Any], text: str, answers: int = 0, **more: Any) -> dict[str, Any]:
        """A member's words."""
        return self.put(chat, {"from": person, "text": text, **self.below(chat, answers), **more})

    def below(self, chat: int, answers: int) -> dict[str, Any]:
        """What an answer carries of what it answers; in a supergroup the top of the thread, too."""
        if not answers:
            return {}
        above = self.messages.get((chat, answers))
        if above is None:
            raise Denied(400, "Bad Request: message to be replied not found")
        shown = {name: value for name, value in above.items() if name != "reply_to_message"}
        top = (
            {"message_thread_id": above.get("message_thread_id", answers)}
            if self.chats[chat]["type"] == "supergroup"
            else {}
        )
        return {"reply_to_message": shown, **top}

    def edit(self, chat: int, number: int, text: str, kind: str = "edited_message") -> None:
        told = self.messages[chat, number]
        told |= {"text": text, "edit_date": int(self.clock()) + 1}
        self.tell(kind, told)

    def react(self, chat: int, number: int, person: dict[str, Any], old: list[str], new: list[str]) -> None:
        before, now = ([{"type": "emoji", "emoji": one} for one in emojis] for emojis in (old, new))
        told = {"chat": self.chats[chat], "message_id": number, "user": person, "date": int(self.clock())}
        self.tell("message_reaction", told | {"old_reaction": before, "new_reaction": now})

    def tell(self, kind: str, told: dict[str, Any], but: int = 0) -> None:
        """An update for every bot but the one that did it, if it wants such."""
        with self.lock:
            for bot in self.bots.values():
                usual = kind not in ("message_reaction", "chat_member")
                if bot.user["id"] != but and (kind in bot.allowed if bot.allowed else usual):
                    bot.updates.append({"update_id": self.next_update, kind: dict(told)})
            self.next_update += 1

    def updates(self, bot: Bot, offset: int | None, limit: int, allowed: list[str] | None) -> list[dict[str, Any]]:
        """What waits, from `offset` on; what stands before it is forgotten."""
        with self.lock:
            if bot.webhook:
                raise Denied(409, "Conflict: can't use getUpdates method while webhook is active")
            bot.allowed = allowed if allowed is not None else bot.allowed
            if offset is not None:
                bot.updates = [one for one in bot.updates if one["update_id"] >= offset]
            return bot.updates[:limit]

    def send(self, bot: Bot, method: str, said: dict[str, Any]) -> dict[str, Any]:
        """The bot's own words. Said twice is said twice."""
        with self.lock:
            chat = self.chats.get(int(said["chat_id"]))
            if chat is None:
                raise Denied(400, "Bad Request: chat not found")
            member = self.members.get((chat["id"], bot.user["id"]), {"status": "left"})
            if chat["type"] != "private" and member["status"] in ("left", "kicked"):
                raise Denied(403, f"Forbidden: bot was kicked from the {chat['type']} chat")
            if chat["type"] == "channel" and not member.get("can_post_messages"):
                raise Denied(400, "Bad Request: need administrator rights in the channel chat")
            text, longest = (said.get("text", ""), 4096) if method == "sendMessage" else (said.get("caption", ""), 1024)
            if method == "sendMessage" and not text.strip():
                raise Denied(400, "Bad Request: message text is empty")
            if len(text.encode("utf-16-le")) // 2 > longest:
                raise Denied(400, "Bad Request: message is too long")
            answers = (said.get("reply_parameters") or {}).get("message_id", 0)
            content: dict[str, Any] = {"text": text} if method == "sendMessage" else {"caption": text}
            content |= self.below(chat["id"], answers)
            self.said.append((method, said))
            if chat["type"] == "channel":
                return self.put(
                    chat["id"], {"sender_chat": chat, **content}, kind="channel_post", teller=bot.user["id"]
                )
            return self.put(chat["id"], {"from": bot.user, **content}, teller=bot.user["id"])

    def reword(self, bot: Bot, chat: int, number: int, name: str, said: dict[str, Any]) -> dict[str, Any]:
        """Other words for what the bot said; the bot itself is not told of it."""
        with self.lock:
            told = self.messages.get((chat, number))
            if told is None:
                raise Denied(400, "Bad Request: message to edit not found")
            if (told.get("from") or told.get("sender_chat"))["id"] not in (bot.user["id"], chat):
                raise Denied(400, "Bad Request: message can't be edited")
            if name == "text" and "text" not in told:
                raise Denied(400, "Bad Request: there is no text in the message to edit")
            if told.get(name) == said[name]:
                raise Denied(400, "Bad Request: message is not modified: specified new message content is the same")
            if len(said[name].encode("utf-16-le")) // 2 > (4096 if name == "text" else 1024):
                raise Denied(400, "Bad Request: message caption is too long")
            told |= {name: said[name], "edit_date": int(self.clock())}
            return told

    def delete(self, bot: Bot, chat: int, number: int) -> None:
        """Take a message away: one's own, or anybody's with the right to; nobody is told."""
        with self.lock:
            told = self.messages.get((chat, number))
            if told is None:
                raise Denied(400, "Bad Request: message to delete not found")
            is_own = (told.get("from") or told.get("sender_chat"))["id"] in (bot.user["id"], chat)
            may = self.members.get((chat, bot.user["id"]), {}).get("can_delete_messages")
            if told["date"] < self.clock() - 2 * DAY or not (is_own or may):
                raise Denied(400, "Bad Request: message can't be deleted")
            del self.messages[chat, number]
            self.deleted.append((chat, number))

    def texts(self) -> list[str]:
        """Every bot's words in order: the judge of what was doubled."""
        return [said.get("text", said.get("caption", "")) for _, said in self.said]

    def plant(self, verb: str, kind: str, *, times: int | None = None, wait: float = SILENCE) -> None:
        """Let `kind` happen at the next `times` requests of `verb` (read, send, delete)."""
        self.faults.append(Fault(verb, kind, times, wait))

    def draw(self, verb: str) -> tuple[str, float]:
        """The fault for this request, or ""."""
        with self.lock:
            for fault in self.faults:
                if fault.verb == verb and fault.left != 0:
                    fault.left = fault.left if fault.left is None else fault.left - 1
                    return fault.kind, fault.wait
            return "", 0.0
