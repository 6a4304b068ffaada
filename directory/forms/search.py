"""The address of a search page to a Search, and back: every filter is part of the address."""

from collections.abc import Iterator
from datetime import date

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from directory.errors import Invalid
from directory.operations.searches import COUNTED, Search
from directory.rules.calendar import years_later
from search.query import Order

LONGEST_QUERY = 200
LAST_PAGE = 100_000
FIRST_DAY, YEARS_AHEAD = date(1990, 1, 1), 10


def search_from(args: MultiDict[str, str]) -> Search:
    """Raises Invalid, naming the field, for what cannot be asked; unknown parameters are none of our business."""
    text = args.get("q", "").strip()
    if len(text) > LONGEST_QUERY:
        raise Invalid("q", len(text), "too_long", gettext("搜索词最多 %(most)d 个字。", most=LONGEST_QUERY))
    low, high = _number(args, "price_low"), _number(args, "price_high")
    if low is not None and high is not None and low > high:
        message = gettext("最高价 %(high)d 小于最低价 %(low)d，请改其中一个。", high=high, low=low)
        raise Invalid("price_high", high, "wrong_way_round", message)
    page = page_from(args)
    order = args.get("order") or Order.RELEVANCE
    if order not in set(Order):
        raise Invalid("order", order, "unknown", gettext("没有“%(order)s”这种排序。", order=order[:40]))
    where = {facet: frozenset(value for value in args.getlist(facet) if value) for facet in COUNTED}
    return Search(text, {f: v for f, v in where.items() if v}, low, high, Order(order), page)


def page_from(args: MultiDict[str, str]) -> int:
    """The page asked for, the first by default. Raises Invalid."""
    page = _number(args, "page")
    if page is not None and not 1 <= page <= LAST_PAGE:
        raise Invalid("page", page, "range", gettext("页码从 1 开始，没有第 %(page)s 页。", page=page))
    return page or 1


def day_from(args: MultiDict[str, str], *, today: date) -> date:
    """The day asked about, by default today. Raises Invalid."""
    given = args.get("on", "").strip()
    if not given:
        return today
    try:
        on = date.fromisoformat(given)
    except ValueError:
        message = gettext("“%(given)s”不是日期，请写成 2026-11-23 这样。", given=given[:40])
        raise Invalid("on", given[:40], "date", message) from None
    if not FIRST_DAY <= on <= years_later(today, YEARS_AHEAD):
        message = gettext("只能看 %(first)s 到 %(n)d 年以后的日子。", first=FIRST_DAY, n=YEARS_AHEAD)
        raise Invalid("on", given, "range", message)
    return on


def _number(args: MultiDict[str, str], name: str) -> int | None:
    given = args.get(name, "").strip()
    if not given:
        return None
    if not given.removeprefix("-").isdecimal() or len(given) > 12:
        raise Invalid(name, given[:40], "number", gettext("“%(given)s”不是数字，请只写数字。", given=given[:40]))
    number = int(given)
    if number < 0 and name != "page":
        raise Invalid(name, number, "below_nothing", gettext("价格不能小于 0。"))
    return number


def address_of(search: Search, **changed: object) -> dict[str, object]:
    """The query arguments of a search with some changed; None drops one. Changing a filter goes back to page 1."""
    said = dict(_said(search))
    if "page" not in changed:
        said.pop("page", None)
    return {name: value for name, value in {**said, **changed}.items() if value not in (None, "", [])}


def toggled(search: Search, facet: str, value: str) -> dict[str, object]:
    """The arguments of the same search with one facet value taken off, or put on."""
    values = search.where.get(facet, frozenset()) ^ {value}
    return address_of(search, **{facet: sorted(values)})


def _said(search: Search) -> Iterator[tuple[str, object]]:
    yield "q", search.text
    for facet, values in search.where.items():
        yield facet, sorted(values)
    yield "price_low", search.price_low
    yield "price_high", search.price_high
    if search.order is not Order.RELEVANCE:
        yield "order", search.order.value
    if search.page > 1:
        yield "page", search.page
