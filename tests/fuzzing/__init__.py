"""Fuzzing: broken files by the million, against laws that hold whatever stands in a file.

`make fuzz` runs it, and CONTRIBUTING.md says how; `tests/test_fuzz.py` keeps what it found from coming back.
"""
