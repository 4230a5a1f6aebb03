"""Rating usage in an engine: a book and a period as a plan, the plan as SQL, what the engine sums up as charges.

Contract: pure; says what the interpreter (`engine.usage`, `engine.pricing`) says, to the last digit, or why it cannot. No file, no engine.
"""
