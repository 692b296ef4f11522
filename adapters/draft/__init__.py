"""Drafts an adapter for an export that nobody has described."""
