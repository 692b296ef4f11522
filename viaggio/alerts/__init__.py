"""Alerts: what an operator must know, sent once when it begins and once when it is over."""
