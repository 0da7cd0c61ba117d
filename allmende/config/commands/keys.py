"""`allmende keys`: the keys that seal the access keys of networks."""

import typer

from allmende.config import terminal

commands = typer.Typer(name="keys", help="Keys that seal what is secret.", no_args_is_help=True)


@commands.callback()
def _group() -> None:
    pass


@commands.command("rotate")
def rotate() -> int:
    """Make a new sealing key and seal everything anew with it; older keys still open until `keys forget`.

    Where the keys come from ALLMENDE_SEALING_KEYS: put the new one in front there, start every process again, then run this.
    """
    terminal.begin_django()
    from django.utils import timezone

    from allmende.channels.actions import add_key, reseal_all

    is_new = add_key()
    done = reseal_all(now=timezone.now())
    terminal.answer(
        {"new_key": is_new, "sealed_anew": done.anew, "sealed_already": done.newest, "unopened": done.closed},
        f"{'A new key was made. ' if is_new else ''}{done.anew} secrets were sealed anew, {done.newest} had the newest key"
        " already. Everything goes on working. Keep the older keys as long as you keep backups from their time; to take"
        " them away: `allmende keys forget`.",
    )
    if done.closed:
        terminal.complain(
            f"{done.closed} secrets are opened by no key there is. Their accounts are logged out; connect them again."
        )
        return terminal.FINDINGS
    return terminal.DONE


@commands.command("forget")
def forget() -> int:
    """Take every sealing key but the newest out of the key file, if nothing is sealed with them any more."""
    terminal.begin_django()
    from allmende.channels.actions import CannotRotate, forget_keys

    try:
        gone = forget_keys()
    except CannotRotate as error:
        raise terminal.WrongUse(str(error)) from None
    terminal.answer({"forgotten": gone}, f"{gone} older keys were taken away.")
    return terminal.DONE
