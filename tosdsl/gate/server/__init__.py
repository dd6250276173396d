"""The server: raw ASGI under uvicorn, bounded in everything that a caller can make large."""
