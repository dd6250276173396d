#!/usr/bin/env python3
"""Writes standard input into a pull request as a comment, in the place of the one before.

``comment.py NUMBER`` reads GITHUB_API_URL, GITHUB_REPOSITORY and TOKEN. Needs nothing but Python.
"""

import json
import os
import sys
import urllib.request

MARK = "<!-- tosdsl: what changes -->"
MOST = 65_000
"""Characters that a comment may have."""


def ask(method, path, data=None):
    """What the API answers."""
    url = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/{path}"
    headers = {
        "Authorization": f"Bearer {os.environ['TOKEN']}",
        "Accept": "application/vnd.github+json",
        "Content-Type": "application/json",
    }
    body = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(url, body, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def main(number):
    """Write or rewrite the comment."""
    text = sys.stdin.read()
    if len(text) > MOST:
        text = f"{text[:MOST]}\n\n*This goes on; the summary of the run has all of it.*"
    data = {"body": f"{MARK}\n{text}"}
    page = 1
    while several := ask("GET", f"issues/{number}/comments?per_page=100&page={page}"):
        for each in several:
            if each["body"].startswith(MARK):
                ask("PATCH", f"issues/comments/{each['id']}", data)
                return
        page += 1
    ask("POST", f"issues/{number}/comments", data)


main(int(sys.argv[1]))
