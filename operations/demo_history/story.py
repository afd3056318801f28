"""The cast of the demo's six months, all plainly made up, and what they do."""

from operations.demo import BUYER, OTHER_BUYER, OTHER_SELLER, SELLER, Tenant
from operations.demo_history.acts import Act, Cancelling, NewCard, Payout, Refund, Sale, Subscribing

DAYS = 183  # The last acts are of the day before today.

# What a seller's app is called in the acts, and whose it is. The demo's two sellers have theirs already.
KITES, OWL, DESK = "kites", "owl", "desk"
SELLERS = {
    KITES: SELLER,
    DESK: OTHER_SELLER,
    OWL: Tenant("Quiet Owl Software", "seller@quiet-owl.example", client_id="0210" * 8),
}
DEMO, OTHER = "demo buyer", "other demo buyer"
BAKERY, TOURS, BIKES, BOOKS = "bakery", "tours", "bikes", "books"
CHAIRS, TEA, LAMPS, GARDEN = "chairs", "tea", "lamps", "garden"
BUYERS = {
    DEMO: BUYER,
    OTHER: OTHER_BUYER,
    BAKERY: Tenant("Blue Door Bakery", "billing@blue-door-bakery.example"),
    TOURS: Tenant("Tin Whistle Tours", "billing@tin-whistle-tours.example"),
    BIKES: Tenant("Two Hills Bicycles", "billing@two-hills-bicycles.example"),
    BOOKS: Tenant("Dog-Ear Books", "billing@dog-ear-books.example"),
    CHAIRS: Tenant("Three Legs Chairs", "billing@three-legs-chairs.example"),
    TEA: Tenant("Slow Kettle Tea", "billing@slow-kettle-tea.example"),
    LAMPS: Tenant("Night Shift Lamps", "billing@night-shift-lamps.example"),
    GARDEN: Tenant("Wet Boots Garden", "billing@wet-boots-garden.example"),
}

THEMES, SURVEYS, REPORTS, TRANSLATOR = "Chat themes", "Surveys", "Weekly reports", "Translator"

SUBSCRIPTIONS: tuple[Act, ...] = (
    Subscribing(day=1, buyer=DEMO, app=KITES, name=THEMES, cents=1_900),
    Subscribing(day=1, buyer=BAKERY, app=KITES, name=THEMES, cents=1_900),
    Subscribing(day=1, buyer=TOURS, app=OWL, name=REPORTS, cents=4_900),
    Subscribing(day=8, buyer=BIKES, app=OWL, name=REPORTS, cents=4_900, trial_days=14),
    Subscribing(day=8, buyer=BOOKS, app=DESK, name=TRANSLATOR, cents=2_900),
    Subscribing(day=22, buyer=OTHER, app=OWL, name=REPORTS, cents=4_900, trial_days=14),
    Subscribing(day=22, buyer=CHAIRS, app=KITES, name=SURVEYS, cents=900),
    Subscribing(day=36, buyer=TEA, app=DESK, name=TRANSLATOR, cents=2_900),
    Subscribing(day=36, buyer=DEMO, app=OWL, name=REPORTS, cents=39_000, frequency="yearly"),
    Subscribing(day=50, buyer=LAMPS, app=KITES, name=THEMES, cents=1_900),
    Subscribing(day=50, buyer=GARDEN, app=DESK, name=TRANSLATOR, cents=2_900),
    Subscribing(day=85, buyer=TOURS, app=KITES, name=SURVEYS, cents=900, trial_days=14),
    Subscribing(day=110, buyer=BAKERY, app=DESK, name=TRANSLATOR, cents=2_900, stage="declined"),
    Subscribing(day=151, buyer=BOOKS, app=KITES, name=SURVEYS, cents=900),
    Subscribing(day=175, buyer=DEMO, app=DESK, name=TRANSLATOR, cents=2_900, trial_days=30),
    Subscribing(day=182, buyer=CHAIRS, app=OWL, name=REPORTS, cents=4_900, stage="pending"),
    Cancelling(day=100, buyer=CHAIRS, name=SURVEYS, reason="We ask our customers in the shop."),
    Cancelling(day=92, buyer=TOURS, name=SURVEYS, reason="The trial was enough."),
)
SALES: tuple[Act, ...] = (
    Sale(day=8, buyer=DEMO, app=KITES, name="Kite icons", cents=1_250, quantity=2),
    Sale(day=22, buyer=BAKERY, app=OWL, name="Import of old chats", cents=12_000),
    Sale(day=50, buyer=BIKES, app=KITES, name="Kite icons", cents=1_250),
    Sale(day=71, buyer=TEA, app=OWL, name="Import of old chats", cents=12_000),
    Sale(day=85, buyer=OTHER, app=KITES, name="Sound pack", cents=700, quantity=3),
    Sale(day=100, buyer=BOOKS, app=KITES, name="Kite icons", cents=1_250, stage="declined"),
    Sale(day=110, buyer=TOURS, app=DESK, name="Glossary", cents=3_600),
    Sale(day=140, buyer=GARDEN, app=OWL, name="Import of old chats", cents=12_000),
    Sale(day=160, buyer=BIKES, app=DESK, name="Glossary", cents=3_600, stage="accepted"),
    Sale(day=175, buyer=BOOKS, app=OWL, name="Import of old chats", cents=12_000),
    Sale(day=15, buyer=DEMO, app=KITES, name="Trying it out", cents=100, test=True),
    Sale(day=15, buyer=OTHER, app=OWL, name="Trying it out", cents=100, test=True, test_card="stolen"),
    Refund(day=71, buyer=BIKES, name="Kite icons", reason="Bought by mistake."),
    Refund(day=92, buyer=TEA, name="Import of old chats", cents=4_000, reason="Half of it was missing."),
    Refund(day=100, buyer=TEA, name="Import of old chats", cents=2_500, reason="And some more."),
)
TROUBLE: tuple[Act, ...] = (
    # Soft declines: payments are tried again until the buyer enters another card, which then pays at once.
    # Months have 28 to 31 days, so a card goes bad some days before the payment.
    NewCard(day=60, buyer=BAKERY, behaviour="decline_soft"),
    NewCard(day=67, buyer=BAKERY),
    NewCard(day=124, buyer=TEA, behaviour="decline_soft"),
    NewCard(day=130, buyer=TEA),
    # Declined for good, and nobody has entered another card yet.
    NewCard(day=138, buyer=LAMPS, behaviour="decline_hard"),
    # Past due today.
    NewCard(day=178, buyer=BOOKS, behaviour="decline_soft"),
    # The bank takes a single payment back.
    NewCard(day=119, buyer=TOURS, behaviour="dispute"),
    Sale(day=119, buyer=TOURS, app=KITES, name="Sound pack", cents=700, quantity=2),
    NewCard(day=120, buyer=TOURS),
    # In a month that is over today the processor took another amount: a person has to find out.
    NewCard(day=147, buyer=BAKERY, behaviour="wrong_amount"),
    Sale(day=147, buyer=BAKERY, app=DESK, name="Glossary", cents=3_600),
    NewCard(day=148, buyer=BAKERY),
)
PAYOUTS: tuple[Act, ...] = (
    Payout(day=110, app=OWL, cents=25_000),
    Payout(day=160, app=KITES, cents=9_000),
    Payout(day=182, app=OWL, settled=False),
)
STORY = tuple(sorted(SUBSCRIPTIONS + SALES + TROUBLE + PAYOUTS, key=lambda act: act.day))
