"""ExpW: faces in pictures of the web, one line of a list for each face."""
