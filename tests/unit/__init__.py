"""One door at a time: the command line, the façade, the schema, the layout."""
