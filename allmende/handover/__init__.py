"""Could someone take over? What only one person knows or may do, and the way from one person to the next."""
