"""`python -m slatrack.stack COMMAND`; `make help` describes the same commands."""

from __future__ import annotations

import signal
import sys

from slatrack.stack import commands
from slatrack.stack.bootstrap import Failed
from slatrack.stack.interruption import Stopped, stop_on_signals

USAGE = (
    "usage: python -m slatrack.stack run | services | shell-env | quick [ARGUMENT ...] | test [ARGUMENT ...] | "
    "bench [NAME ...] | screenshots"
)


def main(argv: list[str]) -> int:
    command, *rest = argv or [""]
    try:
        with stop_on_signals():
            match command:
                case "run":
                    return commands.run()
                case "services":
                    return commands.serve_services()
                case "shell-env":
                    return commands.shell_env()
                case "test":
                    return commands.test(rest)
                case "quick":
                    # `tests/conftest.py` says what is quick.
                    return commands.test(rest, "--quick")
                case "check":
                    return commands.check(rest)
                case "bench":
                    return commands.bench(rest)
                case "screenshots":
                    return commands.screenshots(rest)
            print(USAGE, file=sys.stderr)
            return 2
    except Failed as failure:
        print(f"\n{failure}\n", file=sys.stderr)
        return 1
    except Stopped as stopped:
        # Stopping on request is what Ctrl-C is for: not an error of `make run`.
        if command in ("run", "services"):
            return 0
        return 128 + stopped.number
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
