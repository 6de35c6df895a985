"""Peak memory of this process."""

from __future__ import annotations

import re
import resource
from pathlib import Path


def peak_mb() -> int:
    """Return the peak memory in megabytes, from Linux's `/proc`: there `getrusage` also counts the memory of the
    parent process, which for a run of all the tests is far more. Elsewhere from `getrusage`."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1] if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) // 1024
