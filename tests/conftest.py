"""What every test may lean on."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parents[1]
"""The checkout."""

os.environ["TOSDSL_CACHE"] = "off"  # no test reads another's leavings, or those of whoever runs it
