"""Generates texts that match a pattern."""

import re
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import sre_parse

MAX_LENGTH = 60


def matching(pattern, least=0, most=MAX_LENGTH):
    """Returns a text that matches the pattern, or `None`."""
    try:
        parsed = sre_parse.parse(pattern)
        candidates = [write(parsed, extra) for extra in (0, 1, least)]
    except (re.error, RecursionError, ValueError, IndexError, OverflowError):
        return None
    fits = lambda text: least <= len(text) <= most and re.search(pattern, text) and text
    return next((text for text in candidates if fits(text)), None)


def write(parsed, extra):
    """Writes each part of a parsed pattern; parts that may be repeated are repeated `extra` times more."""
    return "".join(write_part(str(kind), value, extra) for kind, value in parsed)


def write_part(kind, value, extra):
    if kind == "LITERAL":
        return chr(value)
    if kind == "IN":
        return character(value)
    if kind in ("ANY", "NOT_LITERAL"):
        return "a" if value != ord("a") else "b"
    if kind == "CATEGORY":
        return category(str(value))
    if kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, most, inner = value
        return write(inner, extra) * min(least + extra, int(most))
    if kind == "SUBPATTERN":
        return write(value[-1], extra)
    if kind == "BRANCH":
        return write(value[1][0], extra)
    # Positions, and what is ahead or behind, have no characters.
    return ""


def category(name):
    return {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " "}.get(name, "a" if name == "CATEGORY_WORD" else "-")


def character(choices):
    """Returns a character of a class."""
    excluded = str(choices[0][0]) == "NEGATE"
    if excluded:
        known = "abcdefghijklmnopqrstuvwxyz0123456789-_ "
        expression = [choice for choice in choices[1:]]
        return next(one for one in known if not any(contains(choice, one) for choice in expression))
    kind, value = choices[0]
    if str(kind) == "RANGE":
        return chr(value[0])
    return chr(value) if str(kind) == "LITERAL" else category(str(value))


def contains(choice, one):
    kind, value = str(choice[0]), choice[1]
    if kind == "RANGE":
        return value[0] <= ord(one) <= value[1]
    if kind == "LITERAL":
        return value == ord(one)
    tests = {"CATEGORY_DIGIT": str.isdigit, "CATEGORY_SPACE": str.isspace, "CATEGORY_WORD": str.isalnum}
    return tests.get(str(value), lambda _: False)(one)
