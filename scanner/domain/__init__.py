"""The rules of the floor, as pure functions: values in, values out. No clock, no I/O, no SQL, no Flask."""
