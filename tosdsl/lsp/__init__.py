"""The Language Server Protocol over ``tosdsl.language``; the one door to pygls.

``texts``      a text as an editor counts its lines and columns
``documents``  open texts, by the names that the program knows them by
``desk``       what was understood of texts, for one thread
``answers``    a module for each group of questions: what comes in and goes out is of the protocol
``server``     who is asked when, and what is told unasked
``questions``  what answers each request and each command
``start``      how a conversation begins and goes on
"""
