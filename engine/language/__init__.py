"""The rule language: from the text of files to a book, an order or an account, and to what is wrong with them."""
