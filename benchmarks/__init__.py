"""Measured numbers: labelled recordings, the published peer, accuracy and throughput."""
