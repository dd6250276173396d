"""Does each fault: ``python -m tests.gate.faults [FAULT…]``. Status 1: one was not met as it must be.

Each is done to a server in a process of its own, asked over the loopback address. Runs on Linux.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from tests.gate.faults import callers, changes, logs
from tests.gate.faults.rig import Seen

FAULTS: dict[str, tuple[str, Callable[[], Seen]]] = {
    "kill-written": ("`kill -9` under load, `log_or_deny: true`", logs.kill_written),
    "kill-queued": ("`kill -9` under load, the log by its queue", logs.kill_queued),
    "full-written": ("the log's disk is full, `log_or_deny: true`", logs.disk_full_written),
    "full-queued": ("the log's disk is full, the log by its queue", logs.disk_full_queued),
    "register-gone": ("a register disappears and comes back", changes.register_gone),
    "register-rubbish": ("a register holds rubbish", changes.register_rubbish),
    "row-rubbish": ("one row of a register holds rubbish", changes.register_row_rubbish),
    "register-kept": ("a register disappears, `max_age: 4 s`", changes.register_kept),
    "reload": ("policies are exchanged under load", changes.reload_under_load),
    "bundles": ("a bundle that is not right is put in place", changes.bundles),
    "slow": ("connections that send a byte a second", callers.slow_connections),
    "large": ("a body of 50 MB", callers.large_body),
}


def main(names: list[str]) -> int:
    wrong = 0
    print("| what goes wrong | what was seen |\n|---|---|")
    for name in names or list(FAULTS):
        title, fault = FAULTS[name]
        began = time.monotonic()
        try:
            seen = fault()
        except Exception as error:  # one fault that cannot be done leaves the others
            seen = Seen(f"{type(error).__name__}: {error}", right=False)
        wrong += not seen.right
        print(f"| {title} | {seen.said}{'' if seen.right else ' **wrong**'} |", flush=True)
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    print(f"\n{wrong} wrong" if wrong else "\nnone is wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
