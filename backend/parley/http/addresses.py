"""Which network addresses a stranger's URL may reach: public unicast ones, also when they hide inside an IPv6 address."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

GLOBAL_UNICAST = IPv6Network("2000::/3")  # the only part of IPv6 that is routed on the internet
NAT64 = IPv6Network("64:ff9b::/96")
ISATAP_MARKS = (0x00005EFE, 0x02005EFE)


def is_public(text: str) -> bool:
    """Whether an IP address, without a port, is public. Whatever is no address is not."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return _public_v4(address) if isinstance(address, IPv4Address) else _public_v6(address)


def _public_v4(address: IPv4Address) -> bool:
    return address.is_global and not address.is_multicast and not address.is_reserved


def _public_v6(address: IPv6Address) -> bool:
    number = int(address)
    if address.ipv4_mapped is not None:
        return _public_v4(address.ipv4_mapped)
    if address in NAT64:
        return _public_v4(IPv4Address(number & 0xFFFFFFFF))
    if address.sixtofour is not None and not _public_v4(address.sixtofour):
        return False
    if address.teredo is not None:
        return False
    if (number >> 32) & 0xFFFFFFFF in ISATAP_MARKS and not _public_v4(IPv4Address(number & 0xFFFFFFFF)):
        return False
    return address in GLOBAL_UNICAST and address.is_global and not address.is_multicast
