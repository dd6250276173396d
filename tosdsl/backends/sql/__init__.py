"""The core to SQL: one statement that gives the verdict of each row of a table of uses."""
