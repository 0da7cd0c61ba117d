"""An account in memory that answers as version 2 of the API is documented: expansions, shortened addresses, tokens that are
had anew once."""
