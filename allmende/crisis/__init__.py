"""When it burns. Empty until crises can be declared."""
