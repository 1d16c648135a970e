"""The patient's case: its parts, code systems, reader and clinic profile."""
