"""A live page of a book on this machine, and the same answers for programs: sheet, calculator, problems, changes, refreshed on save.

Contract: listens on 127.0.0.1 and nowhere else; opens no connection; whatever is sent is answered with a document or a refusal. Starlette,
uvicorn and watchfiles are imported when a preview is started, for they may not be installed. Source: documents, Live preview.
"""
