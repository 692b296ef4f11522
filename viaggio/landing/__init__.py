"""Landing: from dropped files to checked, typed Parquet under `raw/`."""
