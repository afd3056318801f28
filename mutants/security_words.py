"""The names by which the code's security checks are found; each refusal is counted among them or not."""

import re


def _list(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Packages without a door or a rule of access: tools, rehearsals, translations of data of the operator.
OUTSIDE = _list(
    "bench bookkeeping documentation examples locale mutants operations runner scripts simulator tests"
)

# Refusals that keep somebody out, each raised or returned under a condition.
REFUSALS = _list("""
    AboveYou ApplicationNotApproved ApplicationNotInstalled ApprovedByRequester BillingRoleMissing
    CardEntryNotFound CardEntryRefused CardIsTheSellers ChargeExpired ChargeNotFound CodeIsWrong
    ConsentNotYours ConsolePageNotFound CustomerNotFound DisallowedModelAdminLookup EndpointNotFound
    ForgedHint FormForged FormOutdated Http404 IncorrectLookupParameters InvalidGrantError InvalidIPAddress
    InvalidRequestError InvitationNotFound InvitationRefused InvitedElsewhere KeyReusedDifferently KeyRevoked
    MayNotApprove MemberNotFound NotApproved NotAuthenticated NotAuthorized NotForOneself NotYourRecord
    OAuthToolkitError OnlyFactor OwnerHasAllRoles OwnerMissing PaperNotFound PasskeyRefused
    PaymentOptionNotFound PayoutAccountTooNew PermissionDenied PersonErased ProcessorBusy RefreshTokenReused
    RegistrationClosed ReviewedAlready SecretRotatedMeanwhile SignUpClosed SignUpDecided SignUpNotFound
    SubmissionChanged SubscriptionNotFound TermsChanged TooManyApplications TooManyCardEntries TooManyCards
    TooManyEndpoints TooManyFailures TooManyInvitations TooManyTestBuyers TooManyTests UnknownMerchant
    """)
REFUSING = _list("ask_a_colleague refuse refuse_foreign_form refuse_log_in show_unknown _refuse_role way")

# Refusals of what is not possible or not sensible, whoever asks; rules of money have mutants of their own.
OTHER_REFUSALS = _list("""
    AcceptanceLapsed AddressNotBlocked AddressTaken AdvanceTooLong AlreadyClosed AlreadyMember
    AlreadyRequested AlreadyReversed AlreadyRunning AlreadySetUp AlreadySubscribed AmbiguousCode
    ApplicationIncomplete ApplicationNotConnected ApplicationNotFound BadRequest BadRow BalanceTooLow
    CalledInsideTransaction CaptureNotKnown CardNotEntered CardRefused ChargeInDispute ClockIsAdvancing
    CodeTaken CommandError CustomerAlreadyDeleted CustomerDeleted Declined DeliveryNotFound DemoRefused
    DifferenceSettled DisputeContradicted EarlierMonthOpen EmbeddedDatabaseError EmptyPage EndMoved
    EntryChanged EntryNotFound NotYetClosed
    FeedRefused FileNotFoundError GatewayError HeldAlready ImportedMeanwhile ImproperlyConfigured InUse
    InvalidField InvalidIdempotencyKey InvitedAlready KeyInProgress LeaseLost LookupError MailNotFinished
    MethodNotPossible MixedCurrencies MonthNotOver MonthNotReady NoPaymentOption NoSuchRecord NoTrialToExtend
    NotAnInstant NotDecidedYet NotReversible NotSent NothingHeld NothingKnown NothingLeftToHold NothingOwed
    NothingToCome NothingToRetry NothingToReview NothingToSend NothingToWriteOff ObjectNotFound ParseError
    PayoutAccountMissing PayoutNotFound PayoutNotRefundable PayoutTooSmall PlanAlreadyDeleted PlanDeleted
    PlanNotFound PreviewBusy ProcessorHasTheMoney ProcessorUnavailable ProgramEnded RateMissing RefundDeclined
    RefundTooLarge RefundedAlready RehearsalRefused ReportTakenBefore ReversalTooLarge ReversedOnlyWhole
    RunsThisServer SenderAtWork StartPassed StatementNotFound StillCollected StillOwed StillPays StillSells
    PaperMissing TimeoutError TooManyFieldsSent TooManySeats TransitionNotAllowed TypeError TypeNotEntered
    UnbalancedTransaction UnknownReference UnknownTestBuyer UnknownValue Unpayable UnreadableFile
    UnsupportedMediaType ValidationError ValueError WrongCredentials WrongPayoutState WrongState
    """)

# Calls whose only effect is to refuse.
GUARDS = re.compile(r"^_?(require|refuse)_|^check_(decider|canceller|card_holder|return_url|.*password.*)$")
OTHER_GUARDS = re.compile(
    r"^_?require_(demo|free|no_transaction|rehearsal|green|unsent|lease|time|raw_account|second_period|own_machine)"
    r"|^_?(refuse_(floats|card_number|compression|overlap|taken|in_use|while|second_request|seller|buyer)"
    r"|require_(same_currency|recordable|complete))"
)

# Comparisons with what only its owner knows, signatures, and whether an address is one to go to.
COMPARISONS = frozenset({"compare_digest", "constant_time_compare", "_is_signed"})
ADDRESSES = frozenset({"url_has_allowed_host_and_scheme", "is_safe_redirect", "is_public"})

# What a row belongs to, in a look-up.
TENANT = re.compile(
    r"^(?:.*__)?(organization|buyer|account|merchant|user|order_application|application|owner|payee|principal"
    r"|seller|session_key)(_id)?$"
)
# Packages in which somebody asks for rows; elsewhere a look-up goes from row to row.
ASKED_IN = re.compile(
    r"^(console|checkout|dialects|testmode|invoicing\.models\.queries|charges\.models\.queries"
    r"|subscriptions\.models\.queries|charges\.processor\.card_entry|customers\.(merchants|payment_options)"
    r"|access\.(idempotency|member_invitations|members|open_sessions|applications"
    r"|oauth\.(connected_apps|grants|scopes)"
    r"|second_factors)|events\.reading|billing_site\.oauth_views)"
)

MIDDLEWARE = frozenset(
    {
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        "billing_site.page_middleware.PagePolicies",
        "billing_site.middleware.refuse_unreadable",
        "billing_site.middleware.set_headers",
    }
)
