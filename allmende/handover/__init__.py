"""Could someone take over? Empty until the book is bound."""
