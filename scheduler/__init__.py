"""WHEN THINGS HAPPEN: lessons, notices, delivery and pacing.

The room is named here so that the import contracts hold from the first day; it is furnished with issue D.
"""
