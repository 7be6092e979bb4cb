"""Statistics over stored predictions: paired tests, bootstrap, power, significance groups; nothing reads or prints."""
