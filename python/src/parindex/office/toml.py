"""Values as TOML on one line."""


def inline(value: object) -> str:
    """Tables, lists and texts, such as a rule.

    >>> inline({"kind": "steps", "steps": [{"label": 'có "đủ"', "points": "1"}]})
    '{ kind = "steps", steps = [{ label = "có \\\\"đủ\\\\"", points = "1" }] }'
    """
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {inline(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(inline(item) for item in value) + "]"
    return string(str(value))


def string(text: str) -> str:
    """A text as a TOML basic string."""
    escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    made = (
        escapes.get(char) or (f"\\u{ord(char):04X}" if ord(char) < 32 or ord(char) == 127 else char) for char in text
    )
    return f'"{"".join(made)}"'
