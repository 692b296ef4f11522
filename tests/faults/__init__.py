"""Faults that are tried on purpose, with what must hold afterwards: `make faults`.

A fault is a kind and a seed. `kinds` says what a kind is; the modules named for an area hold the
kinds of it; `campaign` tries many and writes the table of docs/reliability.md.
"""
