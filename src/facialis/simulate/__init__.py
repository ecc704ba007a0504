"""The condition as a model: the source of recordings whose truth is known."""
