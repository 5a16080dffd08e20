"""Measurements that anybody can run: each names a floor, and gives a ratio to it from the same run."""
