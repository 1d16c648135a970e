"""What the literature says: rows of the guideline, indications, statements and citations."""
