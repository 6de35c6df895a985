"""How much memory this process took at most."""

from __future__ import annotations

import re
import resource
from pathlib import Path


def peak_mb() -> int:
    """In megabytes. By Linux's own account: there `getrusage` also counts what the process that started this one held,
    which for a run of all the tests is far more. Elsewhere by `getrusage`."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1] if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) // 1024
