"""A mailbox and a newsletter: read by IMAP (RFC 9051, 3501), spoken by SMTP (RFC 5321)."""
