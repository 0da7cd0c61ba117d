"""The sandbox's public page: what a visitor sees, and two forms to write and thank as a member. Everything escaped."""

from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import quote

from allmende.connectors.sandbox.network import LONGEST_TEXT, Network, NotAllowed, NotThere, Words
from allmende.connectors.sandbox.store import moment

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
ERRORS = {
    "empty": "Nichts wurde geschrieben: Name und Text dürfen nicht leer sein.",
    "gone": "Nichts wurde geschrieben: Der Beitrag ist nicht mehr da.",
    "closed": "Nichts wurde geschrieben: Dieser Name gehört zum Haus, oder das Thema ist geschlossen.",
}

_STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
article { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .5rem;
  padding: .75rem 1rem; margin: .75rem 0; }
article.reply { margin-left: 2rem; }
img, video { max-width: 100%; height: auto; border-radius: .5rem; }
header { font-size: .875rem; }
p { margin: .5rem 0; overflow-wrap: anywhere; white-space: pre-wrap; }
form { display: grid; gap: .5rem; }
input, textarea, button { font: inherit; padding: .4rem .6rem; }
button { justify-self: start; }
.error { border-left: .25rem solid #b3261e; padding-left: .75rem; }
"""


def timeline(posts: list[dict[str, Any]], error: str) -> str:
    """The whole page for these posts (as `Network.timeline` gives them)."""
    shown = "\n".join(_article(post) for post in posts) or "<p>Noch hat niemand etwas geschrieben.</p>"
    told = f'<p class="error" role="alert">{escape(ERRORS[error])}</p>' if error in ERRORS else ""
    return f"""<!doctype html>
<html lang="de"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Übungsnetz</title><style>{_STYLE}</style></head><body>
<h1>Übungsnetz</h1>
<p>Ein vollständiges kleines Netz auf diesem Rechner. Niemand von außen sieht es.</p>
{told}
<details><summary>Als Mitglied etwas schreiben</summary>{_say_form("", "neu")}</details>
<main>{shown}</main>
</body></html>"""


def acted(network: Network, verb: str, form: dict[str, str], *, now: datetime) -> str:
    """Do what a member's form asks for; returns the address to show next."""
    name, target = form.get("name", "").strip()[:60], form.get("target", "")
    text = form.get("text", "").strip().replace("\r\n", "\n")[:LONGEST_TEXT]
    if not name or (verb == "say" and not text):
        return "/?error=empty"
    try:
        member = network.member(name)
        if verb == "gesture":
            network.gesture(member, form.get("verb", "thank"), target, now=now)
            return f"/#{quote(target)}"
        words = Words(text=text, title=form.get("title", "").strip()[:200], parent=target)
        return f"/#{quote(network.say(member, words, now=now)['id'])}"
    except NotThere:
        return "/?error=gone"
    except NotAllowed:
        return "/?error=closed"


def _article(post: dict[str, Any]) -> str:
    native_id = escape(post["id"])
    title = f"<h2>{escape(post['title'])}</h2>" if post["title"] else ""
    at = moment(post["created_at"]).strftime("%d.%m.%Y %H:%M UTC")
    edited = " (bearbeitet)" if post["edited_at"] else ""
    return f"""<article id="{native_id}" class="{"reply" if post["parent"] else "root"}">
<header><strong>{escape(post["author"]["name"])}</strong> · {at}{edited}</header>{title}
<p>{escape(post["text"])}</p>{_pictures(post)}
<details><summary>Antworten oder danken</summary>{_say_form(post["id"], native_id)}
<form method="post" action="/gesture"><input type="hidden" name="target" value="{native_id}">
<label>Name <input name="name" required maxlength="60"></label>
<button name="verb" value="thank">Danken</button></form></details></article>"""


def _pictures(post: dict[str, Any]) -> str:
    return "".join(_shown(one) for one in post.get("media", []))


def _shown(one: dict[str, Any]) -> str:
    address, alt = f"/media/{escape(one['id'])}", escape(one["alt"])
    if one["media_type"].startswith("video/"):
        return f'<video controls preload="metadata" src="{address}" aria-label="{alt}"></video>'
    return f'<img src="{address}" alt="{alt}">'


def _say_form(target: str, suffix: str) -> str:
    title = "" if target else '<label>Titel <input name="title" maxlength="200"></label>'
    return f"""<form method="post" action="/say"><input type="hidden" name="target" value="{escape(target)}">
<label>Name <input name="name" required maxlength="60"></label>{title}
<label for="text-{suffix}">Text</label>
<textarea id="text-{suffix}" name="text" rows="3" required maxlength="{LONGEST_TEXT}"></textarea>
<button>{"Antworten" if target else "Schreiben"}</button></form>"""
