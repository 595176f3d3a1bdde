"""Runs a module that ends when whoever started it ends, however that ends.

`python -m demo.tethered MODULE ARGUMENT…` is `python -m MODULE ARGUMENT…`, told to stop as by SIGTERM when its
standard input closes: the operating system closes it when the parent is gone, killed ones too.
"""

import os
import runpy
import signal
import sys
import threading


def main() -> None:
    """Run the module that the arguments name as the main program."""
    threading.Thread(target=_watch, name="tether", daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _watch() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
