"""Every frozen record: the price book, orders, quotes and their traces. Records hold facts; they compute nothing."""
