"""Erasure: a person asks to be forgotten, and every trace goes (docs/erasure.md)."""
