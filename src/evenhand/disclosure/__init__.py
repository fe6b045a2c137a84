"""Statistical disclosure control: policies, the gate, releases."""
