"""The commands for treatments."""

from typing import TYPE_CHECKING

import click

from facialis.commands import clock_or_day, confirm, day_told, of_record, opened, table, with_day
from facialis.errors import RecordError
from facialis.types import EventSide

if TYPE_CHECKING:
    from facialis.record import Site, Treatment

Place = str | None
SIDE = click.Choice(["left", "right", "both"])
MOST_SITES = 3
"""The list names so many sites of a treatment; `facialis record export` has all of them."""
AGAIN = click.option("--again", is_flag=True, help="It was given a second time on that day.")


@click.group()
def treatment() -> None:
    """Your treatments: botulinum toxin, surgery, drugs."""


@treatment.group("add")
def add_treatment() -> None:
    """Write down a treatment."""


@add_treatment.command(short_help="Botulinum toxin.")
@click.argument("product")
@click.option("--units", type=float, help="Units in all, in the product's own units.")
@click.option("--dilution", type=float, metavar="ML", help="Millilitres for 100 units.")
@click.option(
    "--site", "sites", multiple=True, metavar="PLACE:SIDE[:UNITS]", help="Such as 'orbicularis oculi:left:5'."
)
@click.option("--note", default="", help="Anything else.")
@AGAIN
@with_day
@of_record
def toxin(
    product: str,
    units: float | None,
    dilution: float | None,
    sites: tuple[str, ...],
    note: str,
    again: bool,
    when: str | None,
    zone: str | None,
    where: Place,
    person: Place,
) -> None:
    """Write down an injection of PRODUCT. Units of one product are not those of another.

    \b
    Example:
      facialis treatment add toxin Botox --when 2026-03-02 --dilution 2 --site 'orbicularis oculi:left:10'
    """
    from facialis.record import Treatment

    given = tuple(_site(each) for each in sites)
    sides = {each.side for each in given}
    side: EventSide | None = "both" if len(sides) == 2 else next(iter(sides), None)
    at = day_told(when, zone)
    _add(Treatment("toxin", product, at, units, dilution, given, side, note=note), again, where, person)


@add_treatment.command(short_help="An operation.")
@click.argument("operation")
@click.option("--side", type=SIDE, help="On which side.")
@click.option("--note", default="", help="Anything else.")
@AGAIN
@with_day
@of_record
def surgery(
    operation: str,
    side: EventSide | None,
    note: str,
    again: bool,
    when: str | None,
    zone: str | None,
    where: Place,
    person: Place,
) -> None:
    """Write down an OPERATION.

    \b
    Example:
      facialis treatment add surgery 'microvascular decompression' --side left --when 2026-03-02
    """
    from facialis.record import Treatment

    _add(Treatment("surgery", operation, day_told(when, zone), side=side, note=note), again, where, person)


@add_treatment.command(short_help="A drug.")
@click.argument("name")
@click.option("--dose", type=float, help="Dose a day.")
@click.option("--unit", default="mg", help="Unit of the dose.")
@click.option("--until", metavar="DAY", help="When it was stopped.")
@click.option("--note", default="", help="Anything else.")
@AGAIN
@with_day
@of_record
def drug(
    name: str,
    dose: float | None,
    unit: str,
    until: str | None,
    note: str,
    again: bool,
    when: str | None,
    zone: str | None,
    where: Place,
    person: Place,
) -> None:
    """Write down the drug NAME, from a day on.

    \b
    Example:
      facialis treatment add drug carbamazepine --dose 400 --when 2026-01-10
    """
    from facialis.record import Treatment
    from facialis.record.times import moment_or_day

    end = moment_or_day(until, zone) if until else None
    at, dose_unit = day_told(when, zone), unit if dose is not None else ""
    _add(
        Treatment("drug", name, at, dose=dose, dose_unit=dose_unit, until=end, note=note),
        again,
        where,
        person,
    )


@treatment.command("list", short_help="List the treatments.")
@of_record
def list_treatments(where: Place, person: Place) -> None:
    """List your treatments by time.

    \b
    Example:
      facialis treatment list
    """
    with opened(where, person) as kept:
        found = kept.treatments()
    if not found:
        click.echo("There is no treatment; `facialis treatment add` adds one.")
        return
    rows = [["number", "when", "kind", "what", "how much", "note"]]
    rows += [[str(t.id), clock_or_day(t.at), t.kind, t.name, _how_much(t, MOST_SITES), t.note] for t in found]
    click.echo(table(rows))


@treatment.command("delete", short_help="Delete a treatment.")
@click.argument("number", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
@of_record
def delete_treatment(number: int, yes: bool, where: Place, person: Place) -> None:
    """Delete treatment NUMBER for good.

    \b
    Example:
      facialis treatment delete 2
    """
    with opened(where, person) as kept:
        confirm(f"Delete treatment {number} for good?", yes)
        kept.delete_treatment(number)
    click.echo("Deleted.")


def _site(text: str) -> "Site":
    from facialis.record import Site

    place, _, rest = text.partition(":")
    side, _, units = rest.partition(":")
    if not place.strip() or side not in ("left", "right"):
        raise RecordError(f"{text!r} is no site; write it as 'orbicularis oculi:left:5'.")
    try:
        return Site(place.strip(), "left" if side == "left" else "right", float(units) if units else None)
    except ValueError:
        raise RecordError(f"{units!r} at {place} is no number of units.") from None


def _how_much(each: "Treatment", most_sites: int | None = None) -> str:
    """Return how much of it was given, and where; of more sites than `most_sites` only how many."""
    parts = [f"{each.units:g} U"] if each.units is not None else []
    if each.dilution_ml_per_100_u is not None:
        parts.append(f"{each.dilution_ml_per_100_u:g} ml per 100 U")
    if most_sites is not None and len(each.sites) > most_sites:
        parts.append(f"{len(each.sites)} sites, {' and '.join(sorted({s.side for s in each.sites}))}")
    else:
        parts += [f"{s.site} {s.side}" + (f" {s.units:g}" if s.units is not None else "") for s in each.sites]
    if each.dose is not None:
        parts.append(f"{each.dose:g} {each.dose_unit} a day")
    if each.side is not None and not each.sites:
        parts.append(each.side)
    if each.until is not None:
        parts.append(f"until {each.until.local:%Y-%m-%d}")
    return ", ".join(parts) or "-"


def _add(given: "Treatment", again: bool, where: Place, person: Place) -> None:
    from facialis.record.treatments import checked, of_the_same_day

    if given.kind != "drug" and _is_to_come(given):
        raise RecordError(
            f"{clock_or_day(given.at)} lies in the future; write a treatment down once it was given, or "
            f"correct the time with --when."
        )
    checked(given)  # Before a record is made for nothing.
    with opened(where, person, make=True) as kept:
        known = None if again else of_the_same_day(kept.treatments(), given)
        if known is not None:
            raise RecordError(
                f"{known.name} of {known.at.local:%Y-%m-%d} is in the record already, treatment {known.id}; "
                f"nothing was added. If it was given twice that day, add it with --again."
            )
        stored = kept.add_treatment(given)
    click.echo(f"Treatment {stored.id}: {stored.name}, {clock_or_day(stored.at)}, {_how_much(stored)}.")


def _is_to_come(given: "Treatment") -> bool:
    from facialis.record import now

    present = now(given.at.zone)
    return given.at.local.date() > present.local.date() if given.by_day else given.at.utc > present.utc
