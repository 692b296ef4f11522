"""All measurements, one after the other: `make bench`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPTS = (
    *("landing.py", "one_day.py", "sample_data.py"),
    *("identity.py", "personas.py", "attribution.py", "sentiment.py", "pages.py"),
    "draft_adapter.py",
)

for script in SCRIPTS:
    print(f"== {script}", flush=True)
    subprocess.run([sys.executable, str(Path(__file__).parent / script)], check=True)
