"""The errors a caller can act on: one class per decision, each message says what to do next."""


class EddylineError(Exception):
    """Anything Eddyline raises on purpose; the command line prints it as one line."""


class SettingsError(EddylineError):
    """A setting is missing or wrong."""


class SetupError(EddylineError):
    """This machine or folder cannot run what was asked: Java, a port, disk, a download, an old state folder."""


class ComponentFailed(EddylineError):
    """A component of the local stack did not start, or died more often than it may."""


class BrokerUnavailable(EddylineError):
    """Kafka did not acknowledge in time; the record may or may not be stored."""


class BrokerRefuses(BrokerUnavailable):
    """Kafka is there but does not let us in; trying again is no use before a setting is changed."""


class LeaseHeld(EddylineError):
    """Another landing query owns this table."""


class LakeError(EddylineError):
    """A table or the catalog could not be read or written."""


class TopicGap(EddylineError):
    """A topic no longer holds records that have not landed; going on is the operator's decision."""


class TopicReplaced(EddylineError):
    """A topic's log ends before what the tables hold of it: it is not the log that they were filled from."""


class PlayersUnavailable(EddylineError):
    """The store of player states does not answer, or has not caught up."""


class QueryError(EddylineError):
    """A query cannot be run or translated; the message names the construct."""


class RecordTooLarge(EddylineError):
    """Kafka will never take a record of this size; sending it again is no use."""


class KeysError(EddylineError):
    """An API key, or the file that keeps them, is not as it must be."""


class PlaysError(EddylineError):
    """A file of plays, or a folder of them, is not as it must be."""
