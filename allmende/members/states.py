"""Classes of actors and stages of members (`domain.md` 3.7, 4.1)."""

MEMBER = "member"
STAFF = "staff"
EXPERT = "expert"
PARTNER = "partner"
BOT = "bot"
UNKNOWN = "unknown"
ACTOR_CLASSES = (MEMBER, STAFF, EXPERT, PARTNER, BOT, UNKNOWN)

# Derived from what somebody did, never typed.
STAGES = ("prospect", "newcomer", "occasional", "regular", "superuser", "dormant", "left")

# On what one may say that two members are one person (3.7): their word, profiles that name each other, or one's own records.
MERGING_BASES = ("said", "linked", "records")

# What a network's id begins with once its member is forgotten: a key follows from which nobody reads the id
FORGOTTEN = "forgotten:"
