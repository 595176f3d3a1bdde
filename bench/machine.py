"""What the numbers were measured on. Nothing that names the machine."""

import os
import platform
import sqlite3
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

LIBRARIES = ("slack-bolt", "slack-sdk", "sqlalchemy", "psycopg", "uvicorn", "starlette")
FLUSHES = 200


def described(folder: Path) -> dict[str, Any]:
    """Cores, memory (GiB), load, versions, and how long a flush to the disk of `folder` takes (ms)."""
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "load": round(os.getloadavg()[0], 2),
        "flush_ms": round(flush_ms(folder), 3),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in LIBRARIES},
    }


def flush_ms(folder: Path) -> float:
    """The median time (ms) of writing 4 KiB to a file and flushing it."""
    times = []
    path = folder / "flush"
    with path.open("wb") as file:
        for _ in range(FLUSHES):
            started = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - started) * 1000)
    path.unlink()
    return sorted(times)[FLUSHES // 2]
