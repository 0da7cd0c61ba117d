"""A mail server of our own: letters in memory, IMAP4rev1 and SMTP over real loopback sockets."""
