"""What an event can be: published, moved, free, for whom."""

from portal.core.choices import Choice
from portal.core.texts import N_


class Publication(Choice):
    """How far an event is on its way into the agenda."""

    DRAFT = "draft", N_("Draft")
    SUBMITTED = "submitted", N_("Submitted")
    PUBLISHED = "published", N_("Published")
    REFUSED = "refused", N_("Refused")
    WITHDRAWN = "withdrawn", N_("Withdrawn")


class Status(Choice):
    """Whether it takes place as announced; the terms of schema.org."""

    SCHEDULED = "scheduled", N_("As announced")
    MOVED = "moved", N_("Moved")
    POSTPONED = "postponed", N_("Postponed")
    CANCELLED = "cancelled", N_("Cancelled")


class Audience(Choice):
    """For whom it is."""

    EVERYBODY = "everybody", N_("Everybody")
    CHILDREN = "children", N_("Children")
    FAMILIES = "families", N_("Families")
    YOUNG = "young", N_("Young people")
    ADULTS = "adults", N_("Adults")
    SENIORS = "seniors", N_("Older people")
    VISITORS = "visitors", N_("Visitors")
    PROFESSIONALS = "professionals", N_("Professionals")


class Price(Choice):
    """What it costs."""

    FREE = "free", N_("Free")
    PAID = "paid", N_("With a ticket")
    UNKNOWN = "unknown", N_("Not said")


class NoticeKind(Choice):
    """What those who live near an event must know."""

    ROAD_CLOSURE = "road-closure", N_("Road closure")
    NOISE = "noise", N_("Loud music")


class Drawing(Choice):
    """Drawings for events without a picture of their own: the files in static/img/events."""

    MUSIC = "music", N_("Music")
    DANCE = "dance", N_("Dance")
    THEATRE = "theatre", N_("Theatre")
    CINEMA = "cinema", N_("Cinema")
    EXHIBITION = "exhibition", N_("Exhibition")
    TALK = "talk", N_("Talk or course")
    TOUR = "tour", N_("Guided tour or walk")
    CHILDREN = "children", N_("Children")
    SPORT = "sport", N_("Sport")
    MARKET = "market", N_("Market")
    FEAST = "feast", N_("Village feast")
    CARNIVAL = "carnival", N_("Carnival")
    CHRISTMAS = "christmas", N_("Christmas")
    ENVIRONMENT = "environment", N_("Environment")


class Counting(Choice):
    """How attendance was found out."""

    COUNTED = "counted", N_("Counted")
    ESTIMATED = "estimated", N_("Estimated")
