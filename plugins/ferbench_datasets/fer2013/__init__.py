"""FER2013: faces of 48 by 48 grey pixels, as the official table of pixels and as folders of pictures."""
