"""Small adapters between the rooms: settings become plain values, credentials and the page become ports."""
