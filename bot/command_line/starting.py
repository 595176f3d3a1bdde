"""Loading what `steward run` needs."""

import gc


def start(mode: str | None, workers: int) -> None:
    """Load it, and run. Raises as `run_bot`.

    What loads stays, so that looking for garbage meanwhile finds nothing, over and over, for a sixth of the time. It is
    looked for from when everything works.
    """
    gc.disable()
    try:
        from bot.command_line.running import run_bot  # only now, so that nobody looks through it

        run_bot(mode, workers)
    finally:
        gc.enable()
