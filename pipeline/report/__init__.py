"""Results as JSON and as pages that open without a server."""
