"""Many cases: executors, outcomes and the summary."""
