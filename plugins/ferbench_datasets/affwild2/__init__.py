"""Aff-Wild2 with its expression labels: videos as cropped and aligned faces, a label for each frame."""
