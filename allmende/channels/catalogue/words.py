"""The words for states, reasons and outcomes, as people read them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = dict[str, str | Promise]

CHANNEL_STATES: Words = {
    "considered": pgettext_lazy("channel", "considered"),
    "chosen": pgettext_lazy("channel", "not open yet"),
    "prepared": pgettext_lazy("channel", "prepared"),
    "live": pgettext_lazy("channel", "live"),
    "paused": pgettext_lazy("channel", "paused"),
    "closing": pgettext_lazy("channel", "closing"),
    "closed": pgettext_lazy("channel", "closed"),
}
ARCHIVE_WORDS: Words = {
    "stays": _("It stays there to be read."),
    "taken_down": _("It is taken down there; here it stays."),
    "handed_on": _("Somebody else looks after it from then on."),
}
CHANNEL_KINDS: Words = {
    "own_forum": pgettext_lazy("channel kind", "own forum"),
    "own_chat": pgettext_lazy("channel kind", "own chat"),
    "social_network": pgettext_lazy("channel kind", "social network"),
    "messenger": pgettext_lazy("channel kind", "messenger"),
    "newsletter": pgettext_lazy("channel kind", "newsletter"),
    "event": pgettext_lazy("channel kind", "event"),
    "intranet": pgettext_lazy("channel kind", "intranet"),
    "archive": pgettext_lazy("channel kind", "archive"),
}
NO_ADDRESS = _("This is no address of a server. It looks like mastodon.social or https://example.org.")
LOGIN_REASONS: Words = {
    "bad_address": NO_ADDRESS,
    "not_this_network": _("There is no server of this network at this address. Check how it is written."),
    "forbidden_address": _(
        "This address is not public. A server in your own network must be named in the setting ALLMENDE_NEIGHBOURS first."
    ),
    "code_refused": _("The network no longer knows this way in. Begin once more."),
    "other_account": _("This log-in belongs to another account."),
    "bad_answer": _("One of the answers cannot be right. Check how it is written."),
    "credentials_in_address": _("The address holds a name or a password. Leave them out."),
    "no_host": NO_ADDRESS,
    "not_https": _(
        "Allmende speaks only encrypted (https). A server on this machine must be named in the setting ALLMENDE_NEIGHBOURS first."
    ),
}
DISPATCH_STATES: Words = {
    "waiting": pgettext_lazy("dispatch", "waits"),
    "speaking": pgettext_lazy("dispatch", "is being said"),
    "sent": pgettext_lazy("dispatch", "sent"),
    "refused": pgettext_lazy("dispatch", "refused"),
    "unclear": pgettext_lazy("dispatch", "unclear"),
    "given_up": pgettext_lazy("dispatch", "given up"),
    "held": pgettext_lazy("dispatch", "held"),
    "withdrawn": pgettext_lazy("dispatch", "taken back"),
    "missed": pgettext_lazy("dispatch", "missed"),
}
DISPATCH_KINDS: Words = {
    "post": pgettext_lazy("dispatch kind", "Post"),
    "reply": pgettext_lazy("dispatch kind", "Reply"),
    "holding_statement": pgettext_lazy("dispatch kind", "Holding statement"),
}
PAUSED = pgettext_lazy("dispatch", "paused")
QUEUE_PARTS: Words = {
    "unsettled": _("Unclear"),
    "missed": _("Missed"),
    "refused": _("Did not go out"),
    "held": _("Held"),
    "waiting": _("Waiting"),
    "sent": _("Arrived"),
}
SHARED_REASONS: Words = {
    "too_many": _("The network asks us to speak more slowly."),
    "not_reached": _("The network cannot be reached."),
    "logged_out": _("The network does not know our log-in any more."),
    "text_changed": _("The text was changed after it was handed over."),
    "media_gone": _("The file of a picture is gone. Choose the picture again."),
    "media_unreadable": _(
        "The file of the film cannot be read on this server, so nothing was sent. Whoever looks after the server can put that"
        " right; sending it again then is safe."
    ),
    "stopped": _("The work had to end while the network still kept us waiting for its answer to the film."),
    "not_shown": _("The network took it, and does not show it two minutes later."),
    "not_delivered": _("Nothing was delivered. Let the service tell something, then test again."),
    "left_behind": _(
        "Nobody logged in again for a day, so the test's words may still stand there. Please take them back by hand."
    ),
    "not_handed_over": _("It could not be put into the queue."),
    "trial_ended": _("The self-test ended before it could leave."),
    "forbidden_address": _("The address of the network is not public."),
    "right_lost": _("Its author may not speak here any more."),
    "head_missed": _("The post it follows missed its time."),
    "head_withdrawn": _("The post it follows was taken back."),
    "slot_passed": _("Its latest time passed before it could leave."),
    "channel_silent": _("Its latest time passed while its channel was not open."),
    "log_in_lost": _("Its latest time passed while its channel was logged out."),
    "paused_too_long": _("Its latest time passed while it was paused."),
    "after_last_day": _("It is planned after the last day of its channel. Give it an earlier slot, or drop it."),
    "held_too_long": _("Its latest time passed while publishing was stopped."),
    "worker_lost": _("The work was interrupted while it was being said."),
    "needs_person": _("Nobody here can find out whether it arrived. Please look at the network."),
    "absent": _("We looked: it is not at the network. It is said again."),
    "copied": _("This database is a copy: whether it went out elsewhere is asked for at the network first."),
    "waited_too_long": _("It could not leave for two days. Please look whether it still fits."),
    "held_up": _("The work was held up before a word was said. It is said now."),
    "key_expired": _("The network would not notice a repetition any more, so nothing was said."),
    "same_key": _("The network would notice a repetition. It is said again."),
    "forbidden": _("The network does not let this account say it."),
    "not_found": _("The message it answers is not at the network any more."),
    "too_large": _("It is too large for the network."),
    "rejected": _("The network does not accept it as it stands."),
    "busy": _("The network is busy."),
    "no_answer": _("The network did not answer."),
    "cut_off": _("The answer of the network broke off."),
    "hung_up": _("The network closed the line."),
    "garbled": _("The answer of the network cannot be read."),
    "broke": _("The connection to this network has a fault of its own; the log has the details."),
    "expired": _("The log-in has run out."),
    "no_token": _("There is no access key any more. Connect the account again."),
    "not_renewable": _("The log-in cannot be renewed. Connect the account again."),
    "not_prepared": _("Preparing it took too long, so nothing was said yet."),
    "film_refused": _("The network does not take the film."),
    "film_limit": _("The network takes no more films from this account today."),
    "host_busy": _("Enough is being said to this network at this moment; the next turn comes soon."),
    "redirected": _("The address leads somewhere else, and what we say does not follow."),
    "too_many_redirects": _("The address leads from one place to the next without end."),
    "text_differs": _("Under its number stands another text. Please look at the network."),
    "text_empty": _("There is no text to say."),
    "invalid_request": _("It cannot be written the way this network wants it."),
    "too_many_hidden": _("This network hides no more answers in one thread."),
    "settled_by_person": _("A person looked and decided."),
    "dropped": _("A person decided against it."),
}
OUTCOMES: Words = {
    "sent": pgettext_lazy("attempt", "arrived"),
    "try_later": pgettext_lazy("attempt", "not now"),
    "refused": pgettext_lazy("attempt", "refused"),
    "unclear": pgettext_lazy("attempt", "no clear answer"),
    "logged_out": pgettext_lazy("attempt", "logged out"),
    "absent": pgettext_lazy("attempt", "looked: not there"),
    "same_key": pgettext_lazy("attempt", "repetition is safe"),
    "cannot_look": pgettext_lazy("attempt", "cannot be asked"),
    "not_asked": pgettext_lazy("attempt", "no answer to our question"),
    "worker_lost": pgettext_lazy("attempt", "interrupted"),
    "too_late": pgettext_lazy("attempt", "settled meanwhile"),
    "seen": pgettext_lazy("attempt", "seen at the network"),
    "held_up": pgettext_lazy("attempt", "held up"),
    "given_up": pgettext_lazy("attempt", "given up"),
}
# Why publishing is paused, what to look at, and what the button says.
PAUSE_TITLES: Words = {
    "copied": _("This database was copied, or the machine is new to it."),
    "restored": _("This is a restored copy."),
    "joined": _("This machine is new here."),
    "clock": _("The clock of this machine jumped ahead by more than five minutes."),
}
PAUSE_ADVICE: Words = {
    "copied": _(
        "What waits here may have gone out elsewhere already. The networks are asked first; what they do not have and is"
        " due stays held. If the other copy is still in use, do not resume: everything would be said twice."
    ),
    "restored": _(
        "What was said since the backup is missing here. The networks are asked first; what they do not have and is due"
        " stays held, because it may be out of date. Look at the queue, then resume."
    ),
    "joined": _("Another machine works with the same database. Resume if both are meant to publish."),
    "clock": _(
        "Posts would leave too early. Compare the time on this page with a clock you trust, set the clock right if need be,"
        " then confirm."
    ),
}
PAUSE_ACTIONS: Words = {
    "copied": _("I have looked, resume publishing"),
    "restored": _("I have looked, resume publishing"),
    "joined": _("Both may publish, resume"),
    "clock": _("The time is right, resume publishing"),
}
BYLINES: Words = {
    "none": _("Nobody: the answer is by the house"),
    "initials": _("Initials, such as ^JP"),
    "name": _("The whole name"),
}
# The one that is tried first stands first.
WAYS: Words = {
    "events": pgettext_lazy("way", "an open line"),
    "socket": pgettext_lazy("way", "a web socket"),
    "held_question": pgettext_lazy("way", "a question held open"),
    "webhook": pgettext_lazy("way", "a webhook"),
}
PROVABLE: Words = {
    "publish": pgettext_lazy("proof", "Publish"),
    "read_back": pgettext_lazy("proof", "Read back"),
    "webhook": pgettext_lazy("proof", "Deliveries"),
    "reply": pgettext_lazy("proof", "Answer"),
    "moderate": pgettext_lazy("proof", "Moderate"),
    "delete": pgettext_lazy("proof", "Take back"),
}
PROOF_OUTCOMES: Words = {
    "proved": pgettext_lazy("proof", "works"),
    "failed": pgettext_lazy("proof", "failed"),
    "cannot": pgettext_lazy("proof", "not possible there"),
}
TRIAL_STEPS: Words = {
    "asked": _("The test post is on its way."),
    "publishing": _("The test post is on its way."),
    "reading": _("Looking for the test post at the network."),
    "hearing": _("Waiting for a signed delivery."),
    "replying": _("The answer to it is on its way."),
    "moderating": _("Hiding the answer and showing it again."),
    "deleting": _("Taking both back."),
    "done": _("Done. Nothing of it is left at the network."),
}
VISIBILITIES: Words = {
    "direct": _("Nobody but the account itself sees it."),
    "members": _("Members of this network see it while the test runs."),
    "public": _("Everybody can see it while the test runs: this network knows nothing smaller."),
}
ROW_REASONS: Words = {
    "not_json": _("This line is not JSON."),
    "not_utf8": _("This line is not UTF-8."),
    "not_an_object": _("This line is no row with named fields."),
    "too_large": _("This line is too long."),
    "missing": _("A field is missing: %(field)s."),
    "bad_time": _("The time cannot be read: %(value)s."),
    "bad_value": _("A field has a value of the wrong kind: %(field)s."),
    "file_cut": _("The file ends in the middle."),
    "not_xml": _("This row is not XML."),
    "too_packed": _("This file unpacks to more than any archive would; the rest of it was left out."),
    "too_many_columns": _("The row has more columns than there are headers (%(maximum)s)."),
    "bad_encoding": _("The row holds signs of another encoding."),
    "name_too_long": _("A name or number has more than %(maximum)s signs."),
}
# Why a file cannot be read at all; `detail` is what the reader said.
FILE_REASONS: Words = {
    "no_such_file": _("There is no readable file %(detail)s."),
    "not_readable": _("The file is damaged or was not loaded completely (%(detail)s). Load it anew."),
    "is_7z": _("%(detail)s is packed with 7-Zip. Unpack it and choose Posts.xml."),
    "empty": _("There is nothing in this file."),
    "unknown_format": _(
        "Nobody here knows this format. We read JSON lines, tables (CSV) and the exports of Slack, Zulip, Stack Exchange and"
        " Discourse."
    ),
    "too_many_files": _("There are too many files in it."),
    "no_headers": _("The table has no line with the names of its columns."),
    "no_such_column": _("The table has no column %(detail)s."),
    "unknown_encoding": _("Nobody here knows the encoding %(detail)s."),
    "bad_delimiter": _("Columns are parted by one sign, not by “%(detail)s”."),
    "unknown_zone": _("There is no time zone %(detail)s. Write it like Europe/Berlin."),
}
ACTS: Words = {
    "asked": _("asks"),
    "answered": _("answers"),
    "commented": _("comments"),
    "posted": _("posts"),
}
CLASSES: Words = {"staff": _("one of us"), "bot": _("program")}
# Our fields of a row, as the columns of a table are named to people.
FIELDS: Words = {
    "author": _("Who wrote it"),
    "created_at": _("When"),
    "text": _("What they wrote"),
    "thread_title": _("Title of the thread"),
    "thread_id": _("Number of the thread"),
    "message_id": _("Number of the message"),
    "parent_id": _("Number of the message it answers"),
    "kind": _("Kind (“comment” for remarks)"),
    "url": _("Address"),
    "is_accepted": _("Accepted as the answer (yes, no)"),
    "thread_resolved": _("Thread solved (yes, no)"),
}
FORMATS: Words = {
    "jsonl": _("JSON lines"),
    "slack": _("Slack export"),
    "zulip": _("Zulip export"),
    "stackexchange": _("Stack Exchange dump"),
    "discourse": _("Discourse topics"),
    "csv": _("Table (CSV)"),
}
RUN_STATES: Words = {
    "chosen": pgettext_lazy("import", "not begun"),
    "waiting": pgettext_lazy("import", "waits for a worker"),
    "stopped": pgettext_lazy("import", "stopped"),
    "running": pgettext_lazy("import", "running"),
    "done": pgettext_lazy("import", "done"),
    "failed": pgettext_lazy("import", "broken off"),
    "undone": pgettext_lazy("import", "undone"),
}
