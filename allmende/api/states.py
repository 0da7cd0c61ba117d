"""What a token may be for, and which right of its person each purpose needs."""

from datetime import timedelta

PLAN_READ = "plan:read"
EVIDENCE_READ = "evidence:read"
EVIDENCE_WRITE = "evidence:write"
SCOPES = {
    PLAN_READ: "plan.version.read",
    EVIDENCE_READ: "plan.version.read",
    EVIDENCE_WRITE: "plan.evidence.tell",
}
# Who holds tokens, and who sees and revokes those of everybody.
MAKE, OVERSEE = "api.token.make", "api.token.oversee"

# How a token begins, so that people and scanners for secrets know it, and how many characters of it stay readable.
MARK = "allmende_"
PREFIX_LENGTH = len(MARK) + 6
LIFETIMES = (30, 90, 365, 730)
USUAL_LIFETIME = 365
LONGEST_DAYS = 730

MOST_ROWS = 1000
MOST_BYTES = 2_000_000
MOST_ON_A_PAGE = 500
USUAL_ON_A_PAGE = 100

# Sent again after so long, a delivery is a new one; the figures themselves are told once all the same.
KEYS_KEPT = timedelta(days=30)
ROW_IDS_KEPT = timedelta(days=400)
