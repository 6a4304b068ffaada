"""The errors a use case raises. Each edge words them once: see web.py and api/problems.py."""


class DirectoryError(Exception):
    """Base of every error a person can cause."""

    status = 400


class NotFound(DirectoryError):
    status = 404


class Forbidden(DirectoryError):
    status = 403


class Conflict(DirectoryError):
    status = 409


class Invalid(DirectoryError):
    """A value breaks a rule; `field` is where it was given, `rule` the rule's code."""

    status = 422

    def __init__(self, field: str, value: object, rule: str, message: str) -> None:
        super().__init__(message)
        self.field, self.value, self.rule = field, value, rule
