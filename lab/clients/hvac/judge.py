"""How a step of hvac is judged."""

import os

ADDRESS = os.environ["ADDRESS"]
CA = os.environ["CA"]
TOKEN = os.environ["TOKEN"]
HISTORY = os.environ["HISTORY"] == "yes"
PLAIN = os.environ["PLAIN"]
POLICY = os.environ["POLICY"]


def passed(step):
    print(f"ok {step}", flush=True)


def failed(step, expected, came):
    print(f"FAILED {step}\n  expected {expected}\n  came {came}", flush=True)


def left_out(step):
    print(f"left out {step}", flush=True)


def came_of(call):
    """What a call returns, or the exception that it raises."""
    try:
        return call()
    except Exception as error:  # whatever it is, it is what came
        return error


def holds(step, condition, call, expected="that it holds"):
    """The call returns something of which the condition is true. Returns it."""
    came = came_of(call)
    try:
        good = not isinstance(came, Exception) and condition(came)
    except Exception as error:
        good, expected = False, f"{expected}, but that is {error!r}"
    if good:
        passed(step)
    else:
        failed(step, expected, repr(came))
    return came


def equals(step, value, call):
    """The call returns this."""
    return holds(step, lambda came: came == value, call, repr(value))


def done(step, call):
    """The call is answered with 204."""
    return holds(step, lambda came: came.status_code == 204, call, "status 204")


def raises(step, kind, text, call):
    """The call raises exactly this class, with the text in the errors that the server sent. Returns the exception."""
    came = came_of(call)
    errors = ", ".join(getattr(came, "errors", None) or [])
    if type(came) is kind and text in errors:
        passed(step)
    else:
        failed(step, f"{kind.__name__} with {text!r} in its errors", f"{came!r} with {errors!r}")
    return came
