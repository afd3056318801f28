"""Several machines on one: each host is a network namespace with cables that can be pulled."""
