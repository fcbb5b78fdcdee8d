"""Who may file a service, and who may open a draft."""

from portal.accounts.models import User
from portal.eservices.models import Draft, Service


def level_reached(user: User | None, service: Service) -> bool:
    """Whether somebody is known well enough for a service; some need no account at all."""
    return service.identity.rank == 0 or (user is not None and user.level.rank >= service.identity.rank)


def may_open(user: User | None, draft: Draft) -> bool:
    """A draft of an account is its owner's, or theirs who fill it in for somebody; else whoever has its address may."""
    if draft.filed_by_id is not None:
        return user is not None and user.is_staff and user.id == draft.filed_by_id
    return draft.owner_id is None or (user is not None and user.id == draft.owner_id)


def can_be_filed(service: Service) -> bool:
    """Whether the portal takes it at present."""
    return service.online and not service.closed
