"""Alerts: what an operator must know, told once when it begins and once when it is over."""
