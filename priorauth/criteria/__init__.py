"""The closed language of criteria over the facts of a case, and its three-valued logic."""
