"""Hosts that are network namespaces, with a cable to our own network and one to the world."""

import subprocess

from realfaults.ports import Place

LAN, WORLD = "lan", "world"
SUBNETS = {LAN: "10.9.0", WORLD: "10.9.1"}
NETWORK = "10.9.0.0/16"


class Host:
    """One namespace; `number` is the last part of its addresses."""

    def __init__(self, name: str, number: int, networks: tuple[str, ...]) -> None:
        self.name, self._number, self._networks = name, number, networks
        _ip("netns", "add", name)
        _ip("-n", name, "link", "set", "lo", "up")
        for network in networks:
            self._join(network)

    def place_in(self, network: str) -> Place:
        """Return where programs run that listen in one of the networks."""
        address = f"{SUBNETS[network]}.{self._number}"
        return Place(address, ("nsenter", f"--net=/run/netns/{self.name}"), self.name)

    def unplug(self, network: str = LAN) -> None:
        """Pull a cable at the switch: whatever is sent is lost, and nobody is told."""
        _ip("link", "set", self._port(network), "nomaster")

    def plug(self, network: str = LAN) -> None:
        """Put a cable back."""
        _ip("link", "set", self._port(network), "master", network)

    def _join(self, network: str) -> None:
        port = self._port(network)
        _ip("link", "add", port, "type", "veth", "peer", "name", network, "netns", self.name)
        _ip("link", "set", port, "master", network, "up")
        _ip("-n", self.name, "addr", "add", f"{SUBNETS[network]}.{self._number}/24", "dev", network)
        _ip("-n", self.name, "link", "set", network, "up")

    def _port(self, network: str) -> str:
        return f"{self.name}.{network[:1]}"


def make_networks() -> None:
    """Make the two switches; this process has the first address of each."""
    for place, (network, subnet) in enumerate(SUBNETS.items()):
        # A switch without an address of its own has that of a cable, and another one when it is pulled.
        _ip("link", "add", network, "address", f"02:00:00:00:00:0{place}", "type", "bridge")
        _ip("addr", "add", f"{subnet}.1/24", "dev", network)
        _ip("link", "set", network, "up")


def remove_networks(hosts: "list[Host]") -> None:
    """Remove hosts, whose programs have ended, and the switches."""
    for host in hosts:
        _ip("netns", "delete", host.name)
    for network in SUBNETS:
        _ip("link", "delete", network)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)
