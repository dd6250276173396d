"""``tosdsl provenance``: receipts as W3C PROV."""

from __future__ import annotations

import argparse

from tosdsl.cli.receipts import receipts_in
from tosdsl.cli.terminal import OK, print_json
from tosdsl.diagnostics.model import Diagnostic
from tosdsl.errors import ReceiptError
from tosdsl.receipts.provenance import provenance


def run(options: argparse.Namespace) -> int:
    """Print one document about all of them. Raises ReceiptError if one is altered."""
    found = [each for name in options.receipt for _, each in receipts_in(name)]
    wrong = tuple(each for each in found if isinstance(each, Diagnostic))
    if wrong:
        raise ReceiptError(wrong, {})
    print_json(provenance(each for each in found if not isinstance(each, Diagnostic)))
    return OK
