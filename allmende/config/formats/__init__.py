"""How days and times are written where the language's own way of Django is not ours: `FORMAT_MODULE_PATH` of the settings."""
