"""Retail codes too blurred for the engines, read from the grey profile across the bars.

The bars of a known code, blurred, are drawn and compared with what the camera saw: deformable templates
(Gallo and Manduchi, "Reading 1D Barcodes with Mobile Phones Using Deformable Templates", IEEE TPAMI 2011).
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy comes: the matrices are small, threads would only wait
