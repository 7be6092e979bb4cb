"""Oulu-CASIA: posed sequences under three lights, in visible and in near-infrared light."""
