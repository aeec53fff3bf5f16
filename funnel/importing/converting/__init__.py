"""Step 3 of an import: texts become values, and what cannot is set aside with its reason."""
