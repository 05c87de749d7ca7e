"""A library for programs that speak the Model Context Protocol; imports its SDK, an extra, so import it late."""
