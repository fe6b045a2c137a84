"""tau-Argus as oracle and peer: tables to be protected, the peer in a process of its own, an audit."""
