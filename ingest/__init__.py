"""Sources over the wire: vendors' APIs, databases and buckets into landing (see docs/ingest.md)."""
