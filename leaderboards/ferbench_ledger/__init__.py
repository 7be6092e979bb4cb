"""What papers, repositories and third parties claim: data with sources, never a measurement."""
