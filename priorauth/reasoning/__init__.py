"""Pure: matching, assessment and completeness; what is met, unmet or unknown, and why."""
