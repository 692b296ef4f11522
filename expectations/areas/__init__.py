"""Reviewed expectations of marts, a module per area; the layer's suite puts them together."""
