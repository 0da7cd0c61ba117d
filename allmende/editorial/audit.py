"""This room's audit verbs."""

CREATED = "editorial.item.created"
CHANGED = "editorial.item.changed"
APPROVED = "editorial.variant.approved"
SCHEDULED = "editorial.variant.scheduled"
WITHDRAWN = "editorial.variant.withdrawn"
ARCHIVED = "editorial.item.archived"
