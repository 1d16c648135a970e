"""The draft folder: what was written, its digests, the signature."""
