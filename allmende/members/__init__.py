"""Whom we meet: members, their identities, consent and erasure."""
