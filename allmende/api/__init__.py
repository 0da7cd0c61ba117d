"""REST, webhooks, MCP. Empty until the first face is opened."""
