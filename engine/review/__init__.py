"""What stands beside prices when a book is reviewed: the examples that it promises, and what differs."""
