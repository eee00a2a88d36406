"""Objectives: what a model is asked to predict from text alone, and how its inputs are spoiled for it."""
