"""What we answer: conversations, waits, replies."""
