"""The reconciler alone: sessions and rooms in, actions out."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.contract import agent_identity
from token_service.reconciler import (
    BEAT_TIMEOUT_S,
    EMPTY_EXPIRY_S,
    ENDED_JOB_TIMEOUT_S,
    OFFER_INTERVAL_S,
    Confirm,
    CreateDispatch,
    CreateRoom,
    DeleteDispatch,
    DeleteRoom,
    Desired,
    Dispatch,
    Expire,
    Memory,
    OfferElsewhere,
    Participant,
    Plan,
    RemoveParticipant,
    Room,
    plan,
)

pytestmark = pytest.mark.unit

SESSION = "5" * 32
TRUTH = {
    "role": "patient",
    "analysis": "granted",
    "keeping": "none",
    "lock": "none",
    "analysis_for": "PA_1",
    "confirmed_for": "PA_1",
}
LIVE = Desired(
    session_id=SESSION,
    live=True,
    sample=False,
    patient_identity="patient",
    analysis="granted",
    keeping="none",
    allowed=frozenset({"patient", "practitioner"}),
)
OVER = replace(LIVE, live=False)
PATIENT = Participant("patient", TRUTH, "PA_1", can_subscribe=True, can_publish_data=True)
PRACTITIONER = Participant(
    "practitioner",
    {"role": "practitioner", "confirmed_for": "PA_2"},
    "PA_2",
    can_subscribe=True,
    can_publish_data=True,
)
GONE = RemoveParticipant(agent_identity(SESSION))
FIRST = Dispatch("AD_first", ("AJ_first",))


def agent(beat: int, state: str = "analysing", dispatch: str = "AD_first") -> Participant:
    attributes = {"beat": str(beat), "state": state, "dispatch": dispatch}
    return Participant(agent_identity(SESSION), attributes)


def room(*participants: Participant, dispatches: tuple[Dispatch, ...] = (FIRST,)) -> Room:
    return Room((PATIENT, PRACTITIONER, *participants), dispatches)


def beating(at: float = 0.0) -> Memory:
    """An agent was seen beating at that time, by its first dispatch."""
    seen = {"AD_first": at - 60, "AJ_first": at - 60}
    return Memory(beat="7", beat_at=at, dispatched_at=at - 60, agent_seen=True, first_seen=seen)


class World:
    """Looks once a second at rooms that a test changes in between."""

    def __init__(self, desired: Desired = LIVE) -> None:
        self.desired = desired
        self.memory: Memory | None = None
        self.now = 1000.0

    def look(self, observed: Room | None) -> Plan:
        made = plan(self.desired, observed, self.memory, self.now)
        self.memory = made.memory
        self.now += 1.0
        return made


# Rooms


def test_a_live_session_without_a_room_gets_one() -> None:
    assert plan(LIVE, None, None, 0.0).actions == (CreateRoom(),)


def test_a_room_lost_with_the_server_is_created_at_once() -> None:
    made = plan(LIVE, None, beating(), 1.0)
    assert made.actions == (CreateRoom(),)
    assert made.agent == "lost"


def test_the_room_of_a_session_that_is_over_is_deleted_each_time_it_appears() -> None:
    assert plan(OVER, Room(), None, 0.0).actions == (DeleteRoom(),)
    assert plan(OVER, None, None, 1.0).actions == ()
    assert plan(OVER, Room(), None, 2.0).actions == (DeleteRoom(),)


def test_a_session_that_is_over_is_forgotten() -> None:
    assert plan(OVER, room(agent(8)), beating(), 1.0).memory is None


def test_a_room_as_it_should_be_is_left_alone() -> None:
    assert plan(LIVE, room(agent(8)), beating(), 1.0).actions == ()


# The agent


def test_an_unchanged_beat_for_four_seconds_calls_for_an_agent() -> None:
    before = plan(LIVE, room(agent(7)), beating(0.0), BEAT_TIMEOUT_S - 0.01)
    after = plan(LIVE, room(agent(7)), beating(0.0), BEAT_TIMEOUT_S)
    assert before.actions == ()
    assert CreateDispatch() in after.actions


def test_presence_without_a_beat_proves_nothing() -> None:
    silent = Participant(agent_identity(SESSION), {})
    assert CreateDispatch() in plan(LIVE, room(silent), beating(0.0), BEAT_TIMEOUT_S).actions


def test_a_restarted_agent_counts_from_one_again() -> None:
    made = plan(LIVE, room(agent(1)), beating(0.0), 10.0)
    assert made.actions == ()
    assert made.agent == "analysing"


def test_it_dispatches_every_two_seconds_until_a_beat() -> None:
    world = World()
    world.look(None)
    dispatched_at = [
        second
        for second in range(12)
        if CreateDispatch() in world.look(room(dispatches=())).actions
    ]
    assert dispatched_at == [3, 5, 7, 9, 11]  # the room was created one second before 0
    assert world.look(room(agent(1))).actions == ()


def test_a_job_that_was_just_taken_is_given_time_to_beat() -> None:
    world = World()
    world.memory = beating(world.now - BEAT_TIMEOUT_S)
    assert CreateDispatch() in world.look(room(agent(7))).actions
    second = Dispatch("AD_second", ("AJ_second",))
    starting = room(agent(7), dispatches=(second,))
    plans = [world.look(starting).actions for _ in range(13)]
    assert plans[:12] == [()] * 12
    assert plans[12] == (GONE, CreateDispatch(), DeleteDispatch("AD_second"))


def test_a_job_that_livekit_lists_after_its_agents_death_is_not_waited_for() -> None:
    world = World()
    world.memory = replace(beating(world.now - BEAT_TIMEOUT_S), first_seen={})
    actions = world.look(room(agent(7))).actions
    assert actions[:2] == (GONE, CreateDispatch())


def test_a_dispatch_that_nobody_takes_does_not_hold_back_the_next() -> None:
    world = World()
    world.memory = beating(world.now - BEAT_TIMEOUT_S)
    world.look(room())
    untaken = room(dispatches=(FIRST, Dispatch("AD_second")))
    world.look(untaken)
    assert CreateDispatch() in world.look(untaken).actions


def test_the_dispatch_of_the_beating_agent_is_kept_and_the_others_deleted() -> None:
    newer = Dispatch("AD_newer", ("AJ_newer",))
    untaken = Dispatch("AD_untaken")
    seen = dict.fromkeys(("AD_newer", "AJ_newer", "AD_untaken"), -60.0)
    memory = replace(beating(), first_seen={**beating().first_seen, **seen})
    all_three = (FIRST, newer, untaken)
    kept_first = plan(LIVE, room(agent(8), dispatches=all_three), memory, 1.0)
    assert kept_first.actions == (DeleteDispatch("AD_newer"), DeleteDispatch("AD_untaken"))
    by_newer = agent(8, dispatch="AD_newer")
    kept_newer = plan(LIVE, room(by_newer, dispatches=all_three), memory, 1.0)
    assert kept_newer.actions == (DeleteDispatch("AD_first"), DeleteDispatch("AD_untaken"))


def test_an_agent_whose_job_has_ended_is_replaced_sooner() -> None:
    ended = room(agent(7), dispatches=(Dispatch("AD_first"),))
    assert plan(LIVE, ended, beating(0.0), ENDED_JOB_TIMEOUT_S - 0.1).agent == "analysing"
    made = plan(LIVE, ended, beating(0.0), ENDED_JOB_TIMEOUT_S)
    assert made.actions == (GONE, CreateDispatch(), DeleteDispatch("AD_first"))
    assert made.agent == "lost"


def test_a_young_dispatch_is_not_stale() -> None:
    young = Dispatch("AD_young")
    assert plan(LIVE, room(agent(8), dispatches=(FIRST, young)), beating(), 1.0).actions == ()


def test_the_dispatches_of_a_dead_agent_are_deleted() -> None:
    made = plan(LIVE, room(agent(7)), beating(0.0), BEAT_TIMEOUT_S)
    assert made.actions == (GONE, CreateDispatch(), DeleteDispatch("AD_first"))


@pytest.mark.parametrize("state", ["waiting", "analysing", "paused", "no_capacity"])
def test_the_agents_own_word_is_passed_on(state: str) -> None:
    assert plan(LIVE, room(agent(8, state)), beating(), 1.0).agent == state


def test_an_agent_that_looks_for_another_patient_is_replaced() -> None:
    """Another device has taken the seat, under another identity."""
    other = replace(LIVE, patient_identity="other", allowed=frozenset({"other", "practitioner"}))
    serving = agent(8)
    serving = replace(serving, attributes={**serving.attributes, "patient": "patient"})
    assert plan(LIVE, room(serving), beating(999.0), 1000.0).actions == ()
    changed = plan(other, room(serving), beating(999.0), 1000.0)
    assert changed.actions[:3] == (RemoveParticipant("patient"), GONE, CreateDispatch())
    assert changed.agent == "lost"
    again = plan(other, room(serving), changed.memory, 1001.0)
    assert CreateDispatch() not in again.actions, "not each second"


def test_a_patient_whom_a_machine_has_no_capacity_for_is_offered_to_the_others() -> None:
    world = World()
    world.memory = replace(beating(world.now), dispatched_at=world.now)
    offered = []
    for beat in range(8, 16):
        actions = world.look(room(agent(beat, state="no_capacity"))).actions
        assert set(actions) <= {OfferElsewhere()}
        if actions:
            offered.append(world.now - 1001.0)
    assert offered == [OFFER_INTERVAL_S, 2 * OFFER_INTERVAL_S]


def test_an_offer_that_nobody_took_is_deleted_and_the_agents_own_dispatch_stays() -> None:
    world = World()
    world.memory = beating(world.now)
    untaken = Dispatch("AD_offer")
    deleted = [
        action
        for beat in range(8, 16)
        for action in world.look(
            room(agent(beat, state="no_capacity"), dispatches=(FIRST, untaken))
        ).actions
        if isinstance(action, DeleteDispatch)
    ]
    assert deleted and set(deleted) == {DeleteDispatch("AD_offer")}


def test_an_agent_who_takes_over_is_given_the_time_to_beat() -> None:
    world = World()
    world.memory = replace(beating(world.now), dispatched_at=world.now)
    world.look(room(agent(8, state="no_capacity")))
    taken = Dispatch("AD_offer", ("AJ_offer",))
    for _ in range(6):
        actions = world.look(room(dispatches=(FIRST, taken))).actions
        assert not {CreateDispatch(), OfferElsewhere(), DeleteDispatch("AD_offer")} & set(actions)
    made = world.look(room(agent(1, "waiting", "AD_offer"), dispatches=(FIRST, taken)))
    assert made.agent == "waiting" and GONE not in made.actions


def test_an_agent_is_lost_when_it_was_there_and_no_longer_beats() -> None:
    assert plan(LIVE, room(agent(7)), beating(0.0), BEAT_TIMEOUT_S).agent == "lost"
    assert plan(LIVE, room(), beating(0.0), 1.0).agent == "lost"
    assert plan(LIVE, room(), None, 1.0).agent == "none"


def test_an_unknown_state_is_shown_as_waiting() -> None:
    assert plan(LIVE, room(agent(8, "dreaming")), beating(), 1.0).agent == "waiting"


@pytest.mark.parametrize(("said", "keeps"), [("yes", True), ("no", False), (None, False)])
def test_whether_measurements_are_kept_is_the_agents_own_word(
    said: str | None, keeps: bool
) -> None:
    working = agent(8)
    attributes = {**working.attributes, **({"keeps": said} if said else {})}
    there = replace(working, attributes=attributes)
    assert plan(LIVE, room(there), beating(), 1.0).keeps is keeps
    assert plan(LIVE, room(), beating(), 1.0).keeps is False


# The people


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {**TRUTH, "analysis": "none"},
        {**TRUTH, "keeping": "granted"},
        {**TRUTH, "lock": "another"},
        {**TRUTH, "role": "practitioner"},
        {**TRUTH, "analysis_for": "PA_of_an_earlier_connection"},
    ],
)
def test_the_patients_attributes_are_set_whenever_they_differ(attributes: dict[str, str]) -> None:
    patient = replace(PATIENT, attributes=attributes)
    made = plan(LIVE, Room((patient, PRACTITIONER, agent(8)), (FIRST,)), beating(), 1.0)
    assert made.actions == (Confirm(patient),)


@pytest.mark.parametrize(
    "joined",
    [
        replace(PATIENT, sid="PA_again"),
        replace(PATIENT, can_subscribe=False),
        replace(PATIENT, can_publish_data=False),
        replace(PRACTITIONER, sid="PA_again"),
        replace(PRACTITIONER, can_subscribe=False),
        replace(PRACTITIONER, can_publish_data=False),
        replace(PRACTITIONER, attributes={"role": "practitioner"}),
        replace(PRACTITIONER, attributes={**PRACTITIONER.attributes, "role": "patient"}),
    ],
)
def test_each_connection_is_confirmed_by_itself(joined: Participant) -> None:
    others = [one for one in (PATIENT, PRACTITIONER) if one.identity != joined.identity]
    made = plan(LIVE, Room((joined, *others, agent(8)), (FIRST,)), beating(), 1.0)
    assert made.actions == (Confirm(joined),)


def test_whoever_may_not_be_there_is_never_confirmed() -> None:
    signed_out = replace(LIVE, allowed=frozenset({"patient"}), sample=True)
    again = replace(PRACTITIONER, sid="PA_again", can_subscribe=False)
    made = plan(signed_out, Room((PATIENT, again, agent(8)), (FIRST,)), beating(), 1.0)
    assert made.actions == (RemoveParticipant("practitioner"),)


def test_attributes_that_are_not_ours_do_not_matter() -> None:
    patient = replace(PATIENT, attributes={**TRUTH, "lk.something": "1"})
    people = (patient, PRACTITIONER, agent(8))
    assert plan(LIVE, Room(people, (FIRST,)), beating(), 1.0).actions == ()


@pytest.mark.parametrize("stranger", ["stranger", "patient#x", "practitioner#x", "", "Patient"])
def test_whoever_does_not_belong_is_removed(stranger: str) -> None:
    made = plan(LIVE, room(Participant(stranger, TRUTH), agent(8)), beating(), 1.0)
    assert made.actions == (RemoveParticipant(stranger),)


def test_the_agent_of_another_room_is_removed() -> None:
    other = Participant(agent_identity("6" * 32), {"beat": "1"})
    assert plan(LIVE, room(other, agent(8)), beating(), 1.0).actions == (
        RemoveParticipant(other.identity),
    )


def test_a_patient_who_must_not_be_there_is_removed_and_given_no_attributes() -> None:
    denied = replace(LIVE, allowed=frozenset({"practitioner"}))
    patient = Participant("patient", {})
    made = plan(denied, Room((patient, agent(8)), (FIRST,)), beating(), 1.0)
    assert made.actions == (RemoveParticipant("patient"),)
    assert made.present == frozenset()


def test_it_says_who_is_present() -> None:
    assert plan(LIVE, room(agent(8)), beating(), 1.0).present == {"patient", "practitioner"}


# Expiry


def test_thirty_minutes_empty_expire_a_session() -> None:
    empty = Room((agent(8),), (FIRST,))
    memory = replace(beating(), empty_since=0.0)
    almost = plan(LIVE, empty, memory, EMPTY_EXPIRY_S - 1)
    assert Expire() not in almost.actions
    assert plan(LIVE, empty, memory, EMPTY_EXPIRY_S).actions == (Expire(),)
    assert plan(LIVE, None, memory, EMPTY_EXPIRY_S).actions == (Expire(),)


def test_one_person_keeps_a_session_alive() -> None:
    memory = replace(beating(), empty_since=0.0)
    made = plan(LIVE, Room((PRACTITIONER, agent(8)), (FIRST,)), memory, EMPTY_EXPIRY_S)
    assert made.actions == ()
    assert made.memory is not None
    assert made.memory.empty_since is None


def test_a_stranger_does_not_keep_a_session_alive() -> None:
    memory = replace(beating(), empty_since=0.0)
    people = (Participant("stranger"), agent(8))
    assert plan(LIVE, Room(people, (FIRST,)), memory, EMPTY_EXPIRY_S).actions == (Expire(),)


# Whatever comes


identities = st.sampled_from(["patient", "practitioner", "stranger", agent_identity(SESSION)])
participants = st.builds(
    Participant,
    identities,
    st.dictionaries(
        st.sampled_from(["role", "analysis", "keeping", "beat", "state"]),
        st.sampled_from(["", "1", "2", "patient", "none", "granted", "paused"]),
    ),
)
rooms = st.none() | st.builds(
    Room,
    st.lists(participants, max_size=4).map(tuple),
    st.lists(
        st.builds(
            Dispatch,
            st.sampled_from(["AD_1", "AD_2", "AD_3"]),
            st.lists(st.sampled_from(["AJ_1", "AJ_2"]), max_size=2).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(rooms, min_size=1, max_size=20), st.booleans())
def test_whatever_livekit_says(observed: list[Room | None], live: bool) -> None:
    """It never raises, never asks for two dispatches, never touches who belongs."""
    world = World(replace(LIVE, live=live))
    for one in observed:
        actions = world.look(one).actions
        assert actions.count(CreateDispatch()) + actions.count(OfferElsewhere()) <= 1
        assert RemoveParticipant("practitioner") not in actions
        assert GONE not in actions or CreateDispatch() in actions
        if not live:
            assert set(actions) <= {DeleteRoom()}
