"""Whether the tests on Spark can run here: `python -m tests.python.java` says so in words."""

from __future__ import annotations

import re
import shutil
import subprocess

PACKAGE = "openjdk-17-jre-headless"


def java_version() -> int | None:
    """Major version of the Java on the path; none without one."""
    java = shutil.which("java")
    if java is None:
        return None
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found.group(1)) if found else None


def missing_java() -> str | None:
    """What is missing for Spark and what to install; none if nothing is."""
    version = java_version()
    if version is not None and version >= 17:
        return None
    have = "no Java" if version is None else f"Java {version}"
    return f"Spark needs Java 17, here is {have}. Install the Debian package {PACKAGE}."


if __name__ == "__main__":
    reason = missing_java()
    if reason:
        print(f"The comparison of DuckDB and Spark is skipped. {reason}")
