"""Where we speak: accounts, channels, messages, gestures and the outgoing queue."""
