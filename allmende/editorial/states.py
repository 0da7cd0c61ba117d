"""States of a variant; what an item shows is derived from its variants and their dispatches (`house.md`)."""

DRAFT = "draft"
CHECKED = "checked"
APPROVED = "approved"
HANDED_OVER = "handed_over"
VARIANT_STATES = (DRAFT, CHECKED, APPROVED, HANDED_OVER)
# A table of posts on its way in
IMPORT_CHOSEN = "chosen"
IMPORT_DONE = "done"
IMPORT_UNDONE = "undone"
IMPORT_STATES = (IMPORT_CHOSEN, IMPORT_DONE, IMPORT_UNDONE)
VARIANT_MOVES = {
    DRAFT: {CHECKED},
    CHECKED: {APPROVED, DRAFT},
    APPROVED: {HANDED_OVER, DRAFT},
    HANDED_OVER: {DRAFT, APPROVED},
}
