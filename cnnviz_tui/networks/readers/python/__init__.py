"""An abstract interpreter for the Python that models are written in.

It walks over the syntax tree with numbers, strings, lists and *shapes* as values. It never
executes, imports or opens anything that the source names: what it does not know is a value of its
own, ``Unknown``, and every step is counted, so that any source comes to an end.
"""
