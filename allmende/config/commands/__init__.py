"""The commands, one file each; `cli` finds them by name. Django is loaded inside a command, never here."""
