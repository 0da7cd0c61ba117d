"""What can be set from outside: the environment variables, in the order in which somebody meets them. `docs/settings.md` is made from this."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable: what it does, what holds without it, and an example where that helps."""

    name: str
    words: str
    default: str = ""
    example: str = ""
    is_secret: bool = False


VARIABLES = (
    Variable(
        "ALLMENDE_DATA",
        "The data folder: database, ledger, media, keys and logs. The same as `--data`.",
        "`$XDG_DATA_HOME/allmende`, else `~/.local/share/allmende`",
    ),
    Variable(
        "ALLMENDE_ORIGIN",
        "The address people use, without a path.",
        "`http://127.0.0.1:8000`",
        "https://community.example.org",
    ),
    Variable(
        "ALLMENDE_HOSTS",
        "Names under which Allmende answers, separated by commas; the name in ALLMENDE_ORIGIN must be among them.",
        "`127.0.0.1,localhost,[::1]`",
        "community.example.org",
    ),
    Variable(
        "DATABASE_URL",
        "The database. SQLite is opened with a write-ahead log and immediate transactions; PostgreSQL serves several machines.",
        "`sqlite:///` with `allmende.sqlite3` in the data folder",
        "postgres://allmende:secret@127.0.0.1:5432/allmende",
        is_secret=True,
    ),
    Variable(
        "ALLMENDE_INSTANCE",
        "A name for this machine that stays, for containers whose host name changes with each start. Without it the machine's"
        " own number tells it from others: in an unknown place publishing starts paused.",
        "the machine's own number",
        "production",
    ),
    Variable(
        "ALLMENDE_SEALING_KEYS",
        "Keys that seal the log-ins of networks, the newest first, separated by commas. Keep a copy apart from the backups.",
        "the file `keys/sealing` in the data folder",
        is_secret=True,
    ),
    Variable("ALLMENDE_SECRET_KEY", "Signs sessions.", "the file `keys/session` in the data folder", is_secret=True),
    Variable(
        "ALLMENDE_NEIGHBOURS",
        "host:port of machines that are not public and may all the same be asked, separated by commas.",
        "none",
        "127.0.0.1:3000",
    ),
    Variable(
        "ALLMENDE_VOICES",
        "For how many accounts one worker speaks at once, from 1 to 16: a network that does not answer keeps one voice waiting"
        " and no other account.",
        "4",
        "8",
    ),
    Variable(
        "ALLMENDE_EMAIL_URL",
        "How mail leaves: `smtp://`, `smtp+tls://` or `smtp+ssl://`. Characters such as @ in a password are written as %40.",
        "mail is only written to the log of the web process",
        "smtp+tls://user:password@mail.example.org:587",
        is_secret=True,
    ),
    Variable("ALLMENDE_EMAIL_BACKEND", "Another mail backend of Django, by its dotted path.", "by ALLMENDE_EMAIL_URL"),
    Variable("ALLMENDE_FROM", "The sender of mail.", "`allmende@localhost`", "community@example.org"),
    Variable(
        "ALLMENDE_OWNER",
        "E-mail address of the first owner, used once, when there is no workspace.",
        "`owner@localhost`",
    ),
    Variable(
        "ALLMENDE_LOG_FORMAT",
        "`human` or `json`. The same as `--log-format`. Neither names people, texts or secrets.",
        "`human`",
    ),
    Variable(
        "ALLMENDE_METRICS_TOKEN",
        "Whoever sends it as a bearer token may read `/metrics`. Without one only this machine itself may, and no proxy on it.",
        "none",
        is_secret=True,
    ),
    Variable(
        "ALLMENDE_API_CALLS",
        "How many calls of the API a minute are answered for one person, all their programs together.",
        "`120`",
    ),
    Variable(
        "ALLMENDE_LEDGER_ENGINE",
        "What counts behaviours: `duckdb`, inside Allmende; the address of a Spark master; or `local[2]`, Spark on this machine"
        " with two threads, to try it out. Spark needs `pip install 'allmende[spark]'`, Java 17 and the ledger on storage that"
        " all its machines share. When it pays, and how to set it up: [scale](scale.md).",
        "`duckdb`",
        "spark://10.0.0.7:7077",
    ),
    Variable("ALLMENDE_LEAST_FREE_MB", "Below so much free space `allmende doctor` speaks up.", "`500`"),
    Variable(
        "ALLMENDE_STATIC",
        "Another storage for styles and scripts, by its dotted path; for development.",
        "files with hashes",
    ),
    Variable("ALLMENDE_DEBUG", "`true` shows errors in the browser. For development only.", "`false`"),
)
