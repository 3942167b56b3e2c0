"""The API under /api/v1: the same workflow as the pages', in JSON, for programs with a token.

pydantic's models live here alone: they are the border, and the OpenAPI document is made of them.
"""
