"""Distillation: what a student model learns from the outputs of a teacher."""
