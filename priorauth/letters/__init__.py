"""From the finding to the page: compose, fill, render."""
