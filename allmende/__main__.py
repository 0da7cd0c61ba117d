"""`python -m allmende` is the `allmende` command."""

import sys

from allmende.config.cli import main

sys.exit(main())
