"""Areas by their codes: 310105-05-01 is a neighbourhood of the street 310105-05."""


def is_within(code: str, area: str) -> bool:
    """Whether it is the area itself or a part of it; 310105-051 is no part of 310105-05."""
    return code == area or code.startswith(f"{area}-")
