"""Parts that several reference models share, each written once: IR-50, MobileFaceNet, channel attention."""
