"""Backbones that several reference models share, each written once: IR-50 and MobileFaceNet."""
