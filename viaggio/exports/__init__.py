"""Vendors' exports: read as they were downloaded, recognised by their headings, and mapped."""
