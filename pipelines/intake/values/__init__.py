"""Values: what the text or number of one cell means, by the kind of its column.

In: the unique cells of a column that are not plainly literal, and what the column's other cells
and the place say about them. Pure functions, one module per family of kinds.
Out: a `Read` per cell: the value, how it was read, and what is to be said about it.
"""
