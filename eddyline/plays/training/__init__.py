"""Fitting the football models: plays in, text coefficients and trees out."""
