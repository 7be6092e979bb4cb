"""Claims of papers and third parties: read strictly, checked for consistency, set beside what was measured."""
