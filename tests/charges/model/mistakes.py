"""Mistakes that the rules, or a processor, could make; each is a switch, and all are off in the protocol."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mistakes:
    """One that is switched on must be found by the exploration."""

    no_fence: bool = False
    not_found_is_failed: bool = False
    resend_under_any_key: bool = False
    fresh_until_the_key_dies: bool = False
    void_without_cancel: bool = False
    confirm_before_commit: bool = False
    commit_whatever_happened: bool = False
    new_attempt_while_unknown: bool = False
    resend_what_is_given_up: bool = False
    settle_without_lock: bool = False
    void_of_nothing_is_believed: bool = False
    void_overwrites_success: bool = False
    patience_ends_without_cancel: bool = False
    patience_ends_with_a_person: bool = False
    too_late_is_void: bool = False
    pending_is_declined: bool = False
    not_sent_voids_after_takeover: bool = False
    refusal_counts_after_takeover: bool = False
    give_up_without_cancel: bool = False
    claim_what_is_given_up: bool = False
    confirm_under_a_dead_key: bool = False
    new_card_without_cancel: bool = False
    waiting_for_buyer_is_not_watched: bool = False
    # Of the processor: what an adapter must not allow.
    cancelled_can_be_confirmed: bool = False
    declined_can_be_confirmed: bool = False
    payments_are_forgotten_with_keys: bool = False


NONE = Mistakes()
