"""A token or password on its way from the vault to a header, and nowhere else."""

from typing import NoReturn


class Secret:
    """Prints as ***, compares by identity, cannot be pickled. `reveal()` is the only way to the value."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself; call it where the header is built, never to store or to log."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "***"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("A secret is not pickled.")
