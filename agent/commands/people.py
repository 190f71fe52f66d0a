"""`epedicare admin users` and `epedicare admin units`, by whoever runs the machine."""

import asyncio
from typing import Annotated

import typer

from agent.commands.session_argument import Data
from agent.contract import AccountRole

users = typer.Typer(no_args_is_help=True, help="Accounts: their roles, their units.")
units = typer.Typer(no_args_is_help=True, help="Units: services of the hospital.")

Roles = Annotated[list[AccountRole] | None, typer.Option(help="May be said several times.")]
Units = Annotated[list[str] | None, typer.Option(metavar="UNIT", help="By title; likewise.")]


@users.command("list")
def list_users(data: Data) -> None:
    """List the accounts that have signed in, by the code that each person's page shows."""
    from token_service import operator_people

    for line in asyncio.run(operator_people.account_lines(data)):
        typer.echo(line)


@users.command("change")
def change_user(
    account: Annotated[str, typer.Argument(help="Its code, such as 3f9a-12bc, or its id.")],
    *,
    give: Roles = None,
    take: Roles = None,
    into: Units = None,
    out_of: Units = None,
    label: Annotated[
        str | None, typer.Option(help="What the list calls it; empty: nothing.")
    ] = None,
    barred: Annotated[
        bool | None, typer.Option("--bar/--let-in", help="Take every right away, or not.")
    ] = None,
    data: Data,
) -> None:
    """Give and take roles, add to units. Whoever loses a role is signed out, and their open pages
    close within a second."""
    from token_service import operator_people

    wanted = operator_people.Wanted(give or (), take or (), into or (), out_of or (), label, barred)
    typer.echo(asyncio.run(operator_people.change_account(data, account, wanted)))


@units.command("list")
def list_units(data: Data) -> None:
    """List the units."""
    from token_service import operator_people

    for line in asyncio.run(operator_people.unit_lines(data)):
        typer.echo(line)


@units.command("add")
def add_unit(
    title: str,
    *,
    claim: Annotated[
        str | None, typer.Option(help="As the provider of identities calls it.")
    ] = None,
    data: Data,
) -> None:
    """Add a unit. Those of the provider come by themselves, with their first person."""
    from token_service import operator_people

    typer.echo(asyncio.run(operator_people.add_unit(data, title, claim)))


@units.command("rename")
def rename_unit(unit: str, title: str, data: Data) -> None:
    """Call a unit something else; its people and sessions stay its own."""
    from token_service import operator_people

    asyncio.run(operator_people.rename_unit(data, unit, title))


@units.command("codes")
def set_code_pattern(
    unit: str,
    pattern: Annotated[
        str, typer.Argument(help="As PED-####: # is any digit, ? any letter. Empty: the clinic's.")
    ],
    data: Data,
) -> None:
    """Say what a unit's patient codes look like that are typed."""
    from token_service import operator_people

    asyncio.run(operator_people.set_code_pattern(data, unit, pattern))
