"""``python -m tosdsl``: the command line."""

import sys

from tosdsl.cli.main import main

sys.exit(main())
