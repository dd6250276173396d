"""What a gate costs over HTTP, beside an empty handler and other engines behind the same server."""
