"""Five cron fields said in words, for replies, answers and labels."""

import re

_DAY_NAMES = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_NTH = {"1-7": "first", "8-14": "second", "15-21": "third", "22-28": "fourth", "29-31": "fifth"}


def parse_fields(cron: str) -> tuple[str, str, tuple[str, str, str]] | None:
    parts = cron.split()
    return (parts[0], parts[1], (parts[2], parts[3], parts[4])) if len(parts) == 5 else None


def in_words(cron: str) -> str:
    """ "every Monday at 7:00"; the cron text itself where it says more than words can."""
    fields = parse_fields(cron)
    if fields is None:
        return cron
    minute, hour, days = fields
    rate = _rate(minute, hour)
    if rate:
        on = _besides(*days)
        return cron if on is None else f"{rate}, {on}" if on else rate
    if not minute.isdigit() or not _listed(hour):
        return cron
    at = "at " + _joined([f"{int(part)}:{int(minute):02}" for part in hour.split(",")])
    when = _days(*days)
    return f"{when} {at}" if when else cron


def _listed(text: str) -> bool:
    return bool(re.fullmatch(r"\d+(?:,\d+)*", text))


def _joined(names: list[str]) -> str:
    return f"{', '.join(names[:-1])}{' and ' if names[1:] else ''}{names[-1]}"


def _rate(minute: str, hour: str) -> str | None:
    """ "every 20 minutes from 9:00 to 17:59"; None for times of day."""
    window = re.fullmatch(r"(\d+)-(\d+)(?:,0-(\d+))?(?:/(\d+)(?!,))?", hour)
    hours = re.fullmatch(r"\*(?:/(\d+))?", hour)
    if not hours and not window:
        return None
    step = hours[1] if hours else window[4] if window else None
    minutes = re.fullmatch(r"\*(?:/(\d+))?", minute)
    if minutes and step is None:
        said = f"every {minutes[1]} minutes" if minutes[1] and minutes[1] != "1" else "every minute"
    elif minute.isdigit():
        said = (f"every {step} hours" if step and step != "1" else "every hour") + (f" at {int(minute)} past" if int(minute) else "")
    else:
        return None
    if not window:
        return said
    end = f"{int(window[3] or window[2])}:{int(minute) if minute.isdigit() else 59:02}"
    return f"{said} from {int(window[1])}:{int(minute) if minute.isdigit() else 0:02} to {end}"


def _weekdays(weekday: str, plural: bool = False) -> str | None:
    """ "Monday, Wednesday to Friday"."""
    if not re.fullmatch(r"\d(?:-\d)?(?:,\d(?:-\d)?)*", weekday):
        return None
    parts = sorted(weekday.split(","), key=lambda part: int(part[0]) or 7)
    names = [" to ".join(_DAY_NAMES[int(day) % 7] for day in part.split("-")) for part in parts]
    return _joined([f"{name}s" for name in names] if plural else names)


def _months(month: str) -> str | None:
    """ "in March and May to July"; nothing for every month."""
    if month == "*":
        return ""
    if not re.fullmatch(r"\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*", month):
        return None
    parts = [part.split("-") for part in month.split(",")]
    if len(parts) > 1 and parts[0][0] == "1" and parts[-1][-1] == "12":  # the winter
        parts = [*parts[1:-1], [parts[-1][0], parts[0][-1]]]
    return "in " + _joined([" to ".join(_MONTHS[int(part) - 1] for part in run if 1 <= int(part) <= 12) for run in parts])


def _besides(day: str, month: str, weekday: str) -> str | None:
    """What days a rate is limited to: nothing for every day, None where words do not reach."""
    months = _months(month)
    if day != "*" or months is None:
        return None
    names = "" if weekday == "*" else "Saturday and Sunday" if weekday == "0,6" else _weekdays(weekday)
    return None if names is None else " ".join(filter(None, (names, months)))


def _days(day: str, month: str, weekday: str) -> str | None:
    if weekday == "*" and day != "*":
        return _days_of_month(day, month)
    months = _months(month)
    if months is None:
        return None
    days = _nth_weekdays(day, weekday) if day != "*" else _days_of_week(weekday)
    return f"{days} {months}".rstrip() if days else None


def _days_of_week(weekday: str) -> str | None:
    if weekday == "*":
        return "every day"
    if weekday == "1-5":
        return "every working day"
    names = _weekdays(weekday)
    if names is None:
        return None
    return f"from {names}" if re.fullmatch(r"\d-\d", weekday) else f"every {names}"


def _nth_weekdays(day: str, weekday: str) -> str | None:
    names, nths = _weekdays(weekday), [_NTH.get(part) for part in day.split(",")]
    return f"on the {_joined([nth for nth in nths if nth])} {names} of the month" if names and all(nths) else None


def _days_of_month(day: str, month: str) -> str | None:
    if day.startswith("*/") and (months := _months(month)) is not None:
        return f"every {day[2:]} days {months}".rstrip()
    if not _listed(day):
        return None
    days = f"on day {_joined(day.split(','))}"
    if month == "*":
        return f"{days} of the month"
    if month.startswith("*/"):
        return f"{days} of every {month[2:]} months"
    if _listed(month) and _listed(day):
        names = _joined([_MONTHS[int(part) - 1] for part in month.split(",") if 1 <= int(part) <= 12])
        return f"on {_joined(day.split(','))} {names}"
    months = _months(month)
    return f"{days} of the month {months}" if months else None
