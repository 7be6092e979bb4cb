"""FERPlus: the pictures of FER2013 with the votes of ten raters, and the rules by which votes become labels."""
