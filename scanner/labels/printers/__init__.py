"""The shop's label printers: which there are, and sending to them."""
