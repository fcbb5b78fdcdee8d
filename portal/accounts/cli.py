"""Commands: `flask accounts …`."""

import click
from flask.cli import AppGroup
from sqlalchemy.exc import IntegrityError

from portal.accounts import operations, policy, queries
from portal.accounts.access import hashed
from portal.core import clock
from portal.core.db import db

commands = AppGroup("accounts", help="People who sign in.")


@commands.command("create")
@click.argument("email")
@click.argument("full_name")
@click.option("--staff", is_flag=True, help="Works for the municipality; duties are given separately.")
@click.option("--language", default="el", show_default=True, help="Language of letters.")
@click.password_option(help="Asked for when it is not given.")
def create(*, email: str, full_name: str, staff: bool, language: str, password: str) -> None:
    """Make an account whose email is taken as confirmed: the first administrator, for example."""
    if problem := policy.password_problem(password, (email, full_name)):
        raise click.ClickException(problem)
    wanted = operations.Registration(email, full_name, hashed(password), language)
    try:
        user = operations.create_person(db.session, wanted, is_staff=staff, now=clock.now())
    except IntegrityError as error:
        raise click.ClickException(f"{email} has an account already") from error
    db.session.commit()
    click.echo(f"{user.email} is account {user.id}")


@commands.command("unlock")
@click.argument("email")
def unlock(email: str) -> None:
    """Forget the failed tries to sign in with this email."""
    operations.unlock(db.session, email, now=clock.now())
    db.session.commit()


@commands.command("sign-out")
@click.argument("email")
def sign_out(email: str) -> None:
    """End every session of this person, on every device."""
    user = queries.by_email(db.session, email)
    if user is None:
        raise click.ClickException(f"{email} has no account")
    operations.end_sessions(db.session, user, now=clock.now())
    db.session.commit()
