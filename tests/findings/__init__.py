"""Every finding of the catalogue is provoked by a file that is really read, checked or loaded.

A case is a file (or files, one after the other) and the cells that its finding must name. The
tables stand in a module per stage; `test_every_finding` runs them and asks for each code.
"""
