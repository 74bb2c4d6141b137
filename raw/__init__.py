"""Raw material; see README.md."""
