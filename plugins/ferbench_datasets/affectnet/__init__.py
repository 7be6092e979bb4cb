"""AffectNet with seven and with eight classes, in the layouts in which its two releases circulate."""
