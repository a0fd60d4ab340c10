"""Events: what became true in one process instance. A fold of `apply` over them gives the state.

`scope` is the key of the activity instance that holds the thing (1 is the process itself), `element` the BPMN
id. New fields are added at the end only, with a default, so that events of every release keep decoding.
"""

from .base import Event as Event
from .data import Remembered as Remembered
from .data import StoreWritten as StoreWritten
from .data import VariablesSet as VariablesSet
from .instance import MessageTaken as MessageTaken
from .instance import Migrated as Migrated
from .instance import Modified as Modified
from .instance import ProcessCompleted as ProcessCompleted
from .instance import ProcessStarted as ProcessStarted
from .instance import Resumed as Resumed
from .instance import Suspended as Suspended
from .loops import Collected as Collected
from .loops import InstancesCounted as InstancesCounted
from .tokens import ElementActivated as ElementActivated
from .tokens import ElementCompleted as ElementCompleted
from .tokens import ElementCompleting as ElementCompleting
from .tokens import ElementEntered as ElementEntered
from .tokens import ElementTerminated as ElementTerminated
from .tokens import EventChosen as EventChosen
from .tokens import JoinFired as JoinFired
from .tokens import NodePassed as NodePassed
from .tokens import TokenArrived as TokenArrived
from .tokens import TokenRemoved as TokenRemoved
from .tokens import TokensDropped as TokensDropped
from .tokens import TokensPlaced as TokensPlaced
from .told import DecisionMade as DecisionMade
from .told import ErrorThrown as ErrorThrown
from .told import EscalationThrown as EscalationThrown
from .told import IncidentRaised as IncidentRaised
from .told import IncidentResolved as IncidentResolved
from .told import MessageReturned as MessageReturned
from .told import MessageThrown as MessageThrown
from .told import SignalThrown as SignalThrown
from .told import Warned as Warned
from .undoing import Compensable as Compensable
from .undoing import Compensating as Compensating
from .undoing import CompensationTaken as CompensationTaken
from .waiting import ConditionSubscribed as ConditionSubscribed
from .waiting import ConditionTurned as ConditionTurned
from .waiting import ConditionUnsubscribed as ConditionUnsubscribed
from .waiting import MessageSubscribed as MessageSubscribed
from .waiting import MessageUnsubscribed as MessageUnsubscribed
from .waiting import SignalSubscribed as SignalSubscribed
from .waiting import SignalUnsubscribed as SignalUnsubscribed
from .waiting import TimerFired as TimerFired
from .waiting import TimerSet as TimerSet
from .waiting import TimerWithdrawn as TimerWithdrawn
from .work import JobCompleted as JobCompleted
from .work import JobCreated as JobCreated
from .work import JobFailed as JobFailed
from .work import JobWithdrawn as JobWithdrawn
from .work import TaskCompleted as TaskCompleted
from .work import TaskCreated as TaskCreated
from .work import TaskWithdrawn as TaskWithdrawn

AnyEvent = (
    ProcessStarted
    | ProcessCompleted
    | Suspended
    | Resumed
    | Modified
    | Migrated
    | MessageTaken
    | NodePassed
    | TokenArrived
    | JoinFired
    | ElementEntered
    | ElementActivated
    | ElementCompleting
    | ElementCompleted
    | EventChosen
    | TokensPlaced
    | ElementTerminated
    | TokensDropped
    | TokenRemoved
    | VariablesSet
    | Remembered
    | StoreWritten
    | InstancesCounted
    | Collected
    | TaskCreated
    | TaskCompleted
    | TaskWithdrawn
    | JobCreated
    | JobCompleted
    | JobFailed
    | JobWithdrawn
    | TimerSet
    | TimerFired
    | TimerWithdrawn
    | MessageSubscribed
    | MessageUnsubscribed
    | SignalSubscribed
    | SignalUnsubscribed
    | ConditionSubscribed
    | ConditionTurned
    | ConditionUnsubscribed
    | MessageThrown
    | SignalThrown
    | ErrorThrown
    | EscalationThrown
    | MessageReturned
    | DecisionMade
    | IncidentRaised
    | IncidentResolved
    | Warned
    | Compensable
    | CompensationTaken
    | Compensating
)
