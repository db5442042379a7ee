# An uncaught throw ends with status 1.
throw(:ball)
