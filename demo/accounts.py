"""Made-up accounts for the demo: look real, belong to nobody. The same in every Python, as from a fixed seed."""

import random
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import orjson

from demo.countries import COUNTRIES, FRANCE, GERMANY, IRELAND, LATVIA, LISTS, PLACES, TRADES, UNITED_KINGDOM, Country

SEED = 412
FIRST_DAY, LAST_DAY = date(2011, 3, 1), date(2026, 2, 20)
TRIAL_DAYS = 30
PAID_PLANS = ("Starter", "Starter", "Growth", "Growth", "Scale", "Enterprise")
CARDS = ("Visa", "Mastercard", "Amex")
LETTERS = str.maketrans({"ł": "l", "ø": "o", "ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue"})
MAILBOXES = ("{first}", "{first}.{last}", "{initial}.{last}", "hello", "office", "marketing")

T = TypeVar("T")
Known = dict[str, Any]

BALTIC_BEANS = 412
# Accounts that every run has: the one that the demo's story is about, neighbours in name, and names that are odd.
KNOWN: dict[int, tuple[Country, Known]] = {
    7: (IRELAND, {"kind": "individual", "name": "Zoë O'Brien", "domain": "zoe-obrien.example"}),
    23: (GERMANY, {"name": "D'Angelo & Söhne", "domain": "dangelo-soehne.example"}),
    41: (UNITED_KINGDOM, {"name": "Beanstalk Coffee Ltd", "domain": "beanstalkcoffee.example"}),
    96: (GERMANY, {"name": "Bohne & Bean GmbH", "domain": "bohneundbean.example"}),
    158: (FRANCE, {"kind": "individual", "name": "Anaïs L'Huillier-Besançon", "domain": "anais-lhuillier.example"}),
    230: (UNITED_KINGDOM, {"name": "The Bean Counter Ltd", "domain": "beancounter.example"}),
    301: (LATVIA, {"name": "Baltic Birch SIA", "domain": "balticbirch.example"}),
    388: (IRELAND, {"name": "O'Brien & Daughters Ltd", "domain": "obrien-daughters.example"}),
    BALTIC_BEANS: (
        LATVIA,
        {
            "kind": "business",
            "name": "Baltic Beans SIA",
            "domain": "balticbeans.example",
            "plan": "Growth",
            "status": "active",
            "created_at": "2024-05-03",
            "contact_name": "Marta Ozoliņa",
            "email": "marta@balticbeans.example",
            "phone": "+371 26 123 478",
            "address": "Brīvības iela 41, LV-1010 Rīga, Latvia",
            "card_brand": "Visa",
            "card_last4": "4242",
            "vat_number": "LV40003990412",
            "billing_address": "Brīvības iela 41, LV-1010 Rīga, Latvia",
            "lists": ["Newsletter (1,204)", "Customers (318)", "Wholesale (46)"],
        },
    ),
    555: (GERMANY, {"name": "Müller Straße 7 GmbH", "domain": "müllerstraße7.example"}),
    613: (UNITED_KINGDOM, {"name": "100% Wool & Co. Ltd", "domain": "100percentwool.example"}),
    777: (FRANCE, {"name": "Café de l'Été SARL", "domain": "cafe-ete.example"}),
    901: (COUNTRIES[8], {"kind": "individual", "name": "Łukasz Źrebiec-Żak", "domain": "lukasz-zrebiec.example"}),
    1204: (UNITED_KINGDOM, {"name": "Old Bean Records LLP", "domain": "oldbeanrecords.example"}),
    1490: (COUNTRIES[9], {"name": "Ängö Ö-kaffe AB", "domain": "angokaffe.example"}),
    1733: (LATVIA, {"name": "Baltic Bears SIA", "domain": "balticbears.example"}),
}


@dataclass(slots=True)
class Dice:
    """Choices from one seed. Uses random() alone, whose numbers Python promises to keep between versions."""

    source: random.Random
    used: set[str] = field(default_factory=set)

    def below(self, end: int) -> int:
        """A number from 0 to end - 1."""
        return int(self.source.random() * end)

    def one(self, choices: Sequence[T]) -> T:
        """One of them."""
        return choices[self.below(len(choices))]

    def chance(self, percent: int) -> bool:
        """True so many times in a hundred."""
        return self.below(100) < percent

    def shaped(self, shape: str) -> str:
        """The shape with a digit for each #, the first of a run not 0."""
        return "".join(
            str(self.below(9) + 1 if shape[n - 1 : n] != "#" else self.below(10)) if sign == "#" else sign
            for n, sign in enumerate(shape)
        )

    def unused(self, name: str) -> str:
        """The name, with a number if it was given out before."""
        number = 1
        while (candidate := name if number == 1 else f"{name}-{number}") in self.used:
            number += 1
        self.used.add(candidate)
        return candidate


def made_up_accounts(n: int = 2000, seed: int = SEED) -> Iterator[dict[str, Any]]:
    """`n` accounts with ids from pw-00001; of the same seed the first are the same whatever `n` is."""
    dice = Dice(random.Random(seed))  # noqa: S311 - made-up data, and it must come out the same each time
    dice.used.update(str(known["domain"]).removesuffix(".example") for _, known in KNOWN.values())
    for number in range(1, n + 1):
        yield _account(dice, number)


def write_jsonl(path: Path, n: int = 2000, seed: int = SEED) -> None:
    """Write them as `steward accounts import` reads them."""
    with path.open("wb") as file:
        for account in made_up_accounts(n, seed):
            file.write(orjson.dumps(account) + b"\n")


def _account(dice: Dice, number: int) -> dict[str, Any]:
    country, known = KNOWN.get(number, (dice.one(COUNTRIES), {}))
    individual = known.get("kind") == "individual" if known else dice.chance(18)
    first, last = dice.one(country.first_names), dice.one(country.last_names)
    name, label = (f"{first} {last}", _label(f"{first}-{last}")) if individual else _company(dice, country, last)
    domain = known.get("domain") or f"{dice.unused(label)}.example"
    if individual and known:
        first, last = known["name"].split(" ", 1)
    account: dict[str, Any] = {
        "id": f"pw-{number:05}",
        "kind": "individual" if individual else "business",
        "name": name,
        "domain": domain,
        **_subscription(dice),
        "contact_name": f"{first} {last}",
        "email": f"{_mailbox(dice, first, last)}@{domain}",
        "phone": dice.shaped(dice.one(country.phones)),
        "address": _address(dice, country),
    }
    account |= _payment(dice, country, account, individual=individual)
    account |= {"lists": _lists(dice), "recipients": _recipients(dice)}
    return account | known


def _company(dice: Dice, country: Country, last: str) -> tuple[str, str]:
    style = dice.below(10)
    if style < 6:
        core = f"{dice.one(PLACES)} {dice.one(TRADES)}"
    elif style < 8:
        core = f"{last} {dice.one(TRADES)}"
    elif style < 9:
        core = f"{last} & {dice.one(country.last_names)}"
    else:
        core = f"{dice.one(PLACES)} {dice.one(country.towns).split(' ')[-1]}"
    return f"{core} {dice.one(country.forms)}", _label(core)


def _subscription(dice: Dice) -> dict[str, str]:
    trial = dice.chance(12)
    days = (LAST_DAY - FIRST_DAY).days
    created = LAST_DAY - timedelta(dice.below(TRIAL_DAYS)) if trial else FIRST_DAY + timedelta(dice.below(days))
    if trial:
        return {"plan": "Free trial", "status": "trial", "created_at": created.isoformat()}
    status = "suspended" if dice.chance(4) else "closed" if dice.chance(5) else "active"
    return {"plan": dice.one(PAID_PLANS), "status": status, "created_at": created.isoformat()}


def _payment(dice: Dice, country: Country, account: dict[str, Any], *, individual: bool) -> dict[str, str]:
    payment: dict[str, str] = {}
    if account["plan"] != "Free trial":
        if dice.chance(70):
            payment |= {"card_brand": dice.one(CARDS), "card_last4": f"{dice.below(10_000):04}"}
        else:
            payment["iban"] = iban(country.code, dice.shaped(country.account))
    if not individual:
        payment["vat_number"] = dice.shaped(country.vat)
    payment["billing_address"] = account["address"] if dice.chance(80) else _address(dice, country)
    return payment


def iban(country: str, account: str) -> str:
    """With its check digits (ISO 13616-1, modulus 97 of ISO/IEC 7064), in groups of four."""
    digits = "".join(str(int(sign, 36)) for sign in f"{account}{country}00")
    whole = f"{country}{98 - int(digits) % 97:02}{account}"
    return " ".join(whole[start : start + 4] for start in range(0, len(whole), 4))


def _address(dice: Dice, country: Country) -> str:
    street, town, house = dice.one(country.streets), dice.one(country.towns), dice.below(140) + 1
    ahead = country in (FRANCE, UNITED_KINGDOM, IRELAND)
    return f"{f'{house} {street}' if ahead else f'{street} {house}'}, {town}, {country.name}"


def _mailbox(dice: Dice, first: str, last: str) -> str:
    names = {"first": _label(first), "last": _label(last), "initial": _label(first)[0]}
    return dice.one(MAILBOXES).format(**names)


def _lists(dice: Dice) -> list[str]:
    first, count = dice.below(len(LISTS)), dice.below(5) + 1
    return [f"{LISTS[(first + 7 * n) % len(LISTS)]} ({dice.below(9_000) + 3:,})" for n in range(count)]


def _recipients(dice: Dice) -> list[str]:
    chosen: dict[str, None] = {}
    count = dice.below(58) + 3
    while len(chosen) < count:
        country = dice.one(COUNTRIES)
        first, last = _label(dice.one(country.first_names)), _label(dice.one(country.last_names))
        chosen[f"{first}.{last}{dice.below(90) + 10}@{dice.one(('mail', 'post', 'inbox', 'home'))}.example"] = None
    return list(chosen)


@cache
def _label(text: str) -> str:
    """Letters, digits and hyphens of ASCII, as in a domain: "D'Angelo & Söhne" is "dangelo-soehne"."""
    lower = text.lower().translate(LETTERS).replace("'", "").replace(" & ", "-").replace(" ", "-")
    plain = "".join(sign for sign in unicodedata.normalize("NFD", lower) if not unicodedata.combining(sign))
    return "".join(sign for sign in plain if sign.isascii() and (sign.isalnum() or sign == "-")).strip("-")
