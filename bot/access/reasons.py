"""Reason codes: why a decision came out as it did. The audit entry stores them as they are."""

from enum import StrEnum


class Reason(StrEnum):
    """One code a case; the words for people are made by the views."""

    STANDING = "standing"  # the purpose alone allows it
    GRANTED = "granted"  # a live grant allows it
    ONE_APPROVER = "one_approver"
    ALL_APPROVERS = "all_approvers"  # the last of several who had to agree
    MORE_APPROVERS = "more_approvers"  # agreed; others are still needed
    NO_APPROVAL_NEEDED = "no_approval_needed"
    DEPUTY = "deputy"  # decided with the roles of somebody who is away; their id follows a colon
    ON_DUTY = "on_duty"  # granted at once to somebody on duty
    ON_BEHALF = "on_behalf"  # asked for somebody else
    EMERGENCY = "emergency"  # taken at once, to be reviewed

    DEACTIVATED = "deactivated"
    BOT = "bot"
    STRANGER = "stranger"
    SHARED_CHANNEL = "shared_channel"
    UNSEEN_CHANNEL = "unseen_channel"
    NO_PURPOSE = "no_purpose"  # in no group with a purpose
    PURPOSE_NEEDED = "purpose_needed"  # has purposes, but none by default
    UNKNOWN_PURPOSE = "unknown_purpose"
    NOT_YOUR_PURPOSE = "not_your_purpose"
    NOT_THEIR_PURPOSE = "not_their_purpose"  # whoever was to have the access may not have it for this purpose
    NO_POLICY = "no_policy"
    CLAUSE_GONE = "clause_gone"
    POLICY_UNREAD = "policy_unread"  # a material change of the policy is to be read first

    NO_GRANT = "no_grant"
    NOT_ON_RECORD = "not_on_record"  # the grant is kept otherwise than the ledger's entries say
    TOO_FEW_APPROVED = "too_few_approved"  # fewer than the account, or the rules, need by now
    NOT_IN_PURPOSE = "not_in_purpose"
    OBJECTED = "objected"  # the account objected to the media that this would be used for
    TOO_SHORT = "too_short"
    NO_MATCH = "no_match"
    SEVERAL_MATCHES = "several_matches"
    SOURCE_DOWN = "source_down"  # the company's source can't be reached; with classes after a colon: those of it
    SOURCE_SLOW = "source_slow"  # it did not answer in time; likewise
    SOURCE_BROKEN = "source_broken"  # it answers, but a table or column is not there or may not be read; likewise
    SHARED_ID = "shared_id"  # it has several accounts of this id, so nobody knows whose the data is; likewise
    INCOMPLETE = "incomplete"
    ALREADY_ASKED = "already_asked"
    NO_APPROVER = "no_approver"
    TOO_MANY_REQUESTS = "too_many_requests"
    TOO_MANY_GRANTS = "too_many_grants"
    TOO_MANY_LOOK_UPS = "too_many_look_ups"
    NO_EMERGENCY = "no_emergency"  # the purpose allows none
    REVIEW_OVERDUE = "review_overdue"  # an earlier emergency was not reviewed in time

    OWN_DEPUTY = "own_deputy"
    NOT_A_MEMBER = "not_a_member"  # a deputy must be an employee: no guest, no app
    NOT_IN_FUTURE = "not_in_future"
    NOT_AWAY = "not_away"
    OWN_REQUEST = "own_request"
    NOT_AN_APPROVER = "not_an_approver"
    APPROVED_ALREADY = "approved_already"
    PLACE_FILLED = "place_filled"  # enough of this approver's group agreed; another group's approval is missing
    NOTHING_LEFT = "nothing_left"  # what this approver agrees to and what the others did have nothing in common
    NOT_LESS = "not_less"  # a change that would give more than was asked for, or nothing
    ASKED_ALREADY = "asked_already"  # and their question is not answered yet
    TOO_MANY_QUESTIONS = "too_many_questions"
    ANSWERED_ALREADY = "answered_already"
    NOT_YOURS = "not_yours"
    NO_SUCH_REQUEST = "no_such_request"
    NOT_PENDING = "not_pending"
    NOT_LIVE = "not_live"
    CAP_REACHED = "cap_reached"  # a grant that lasts as long as its purpose allows already
    BEYOND_CAP = "beyond_cap"
    PERSON_LEFT = "person_left"  # deactivated, or in none of the purpose's groups any more
    REVOKED = "revoked"
    TIMED_OUT = "timed_out"
    TIME_IS_UP = "time_is_up"
    UNUSED = "unused"  # not used for as long as the purpose allows
    TICKET_OPEN = "ticket_open"
    TICKET_CLOSED = "ticket_closed"
    LISTED = "listed"  # a list of who may still look up was drawn up
    KEPT = "kept"
    REMOVED = "removed"  # taken out of a group at a recertification
    LIFTED = "lifted"  # given back by the privacy office
    GONE = "gone"  # Slack does not show them in the group any more
    NOT_THE_OWNER = "not_the_owner"

    NO_WHOLE_ADDRESS = "no_whole_address"  # recipients are found by a whole address only
    NOT_ENGAGED = "not_engaged"  # of another company, and no contract in force says that they may see anything
    NOT_OPEN_TO_YOU = "not_open_to_you"  # said to people of other companies: no such account, or no grant for it
    NOT_AN_EMPLOYEE = "not_an_employee"
    NO_DISCLOSURES = "no_disclosures"  # the configuration has no clause that permits giving data to outsiders
    SOLD_OR_RENTED = "sold_or_rented"  # and the policy says that it never is
    NO_BASIS = "no_basis"  # neither a written consent nor a court's order
    NOT_APPROVED = "not_approved"  # two people have not agreed
    SHOWN_ALREADY = "shown_already"
    NOT_FOR_YOU = "not_for_you"

    NOT_AS_MADE = "not_as_made"  # a press or a form that no button or form holds: made by hand, or by an older Steward

    NOT_AN_AUDITOR = "not_an_auditor"
    UNCLEAR_QUERY = "unclear_query"

    ASKED = "asked"  # an erasure waits for two to confirm it
    CONFIRMED = "confirmed"
    CARRIED_OUT = "carried_out"
    WITHDRAWN = "withdrawn"  # by who had asked for it
    NOT_A_PRIVACY_OFFICER = "not_a_privacy_officer"
    NO_SUCH_ERASURE = "no_such_erasure"
    CONCERNS_YOU = "concerns_you"
    ALREADY_CONFIRMED = "already_confirmed"
    NOT_AS_ASKED = "not_as_asked"  # the list of what an erasure takes was changed after it was asked for
