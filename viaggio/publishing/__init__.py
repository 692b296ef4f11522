"""What readers get: the published file, its views, pages and answers."""
