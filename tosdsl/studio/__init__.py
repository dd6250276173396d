"""The studio: policies read, asked, written, compared and changed on a page, without a server.

``answers`` is what the page asks: JSON in and out. It runs in the browser, in Pyodide, and in Python
alike. ``building`` makes the folder of static files, ``serving`` shows one on this machine.
"""
