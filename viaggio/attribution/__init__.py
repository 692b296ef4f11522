"""Attribution models of a table of paths, without a warehouse."""
