"""What each list of the admin holds and when a row appears there, for its head and for an empty list."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "access.ConsoleInvitation": "Invitations to the console. One appears when staff invite a seller, or an"
    " owner invites a member.",
    "access.LogInCounter": "Wrong passwords in a row. One appears with the first wrong password for a name or"
    " from an address, and goes with the next right one.",
    "access.OpenSession": "Log-ins of staff that are open. One appears when one of them logs in, and"
    " goes when it is ended here, by logging out or by itself.",
    "access.SignUp": "Sellers who signed up by themselves. One appears when somebody fills in the page of"
    " sign-up, and waits here until it is let in or refused.",
    "approvals.Approval": "What waits for a second person. One appears when somebody asks for a payout, a"
    " correction, a large refund or write-off, or decides against what a processor says.",
    "auth.Group": "Roles of staff. Superusers make them.",
    "auth.User": "Log-ins of staff and of accounts. One appears for each person who may log in.",
    "bookkeeping.Difference": "What a processor lists otherwise than our books have it. One appears when the"
    " list of a month is read and compared; it holds up the close until it is settled.",
    "bookkeeping.Statement": "What a month was for a seller. One for each seller and currency appears when"
    " the month is closed.",
    "charges.Attempt": "Each try to move money. One appears whenever a charge is collected, a refund or a"
    " disbursement sent; one that needs review waits here for a person.",
    "charges.CardTesting": "Who tried so many cards that they were told to wait. One appears by itself and"
    " goes after 30 days.",
    "charges.Charge": "Money that changes hands once. One appears when an app asks a buyer for it, and for"
    " each period of a subscription.",
    "charges.Dispute": "Payments that a payer's bank took back. One appears when a processor tells of it.",
    "charges.ProcessorEvent": "What processors told us of. One appears with each signed hint that reaches"
    " /hooks/, and is kept for 90 days.",
    "customers.Account": "People of organisations. One appears when somebody is invited, or added here.",
    "customers.Application": "Apps of sellers. One appears when a seller makes it in the console, or staff"
    " here; until it is approved it moves test money only.",
    "customers.AuditLine": "What staff did. One appears with each log-in, act, change and download;"
    " nobody can change it.",
    "customers.Customer": "Whom merchants bill. One appears when a merchant's program makes it.",
    "customers.Merchant": "Organisations that bill customers of their own. One appears when staff add it.",
    "customers.Organization": "Buyers and sellers. One appears with a sign-up that is let in, or when staff"
    " add it.",
    "events.Event": "What has happened, in the order in which it did. One appears with every change that"
    " sellers or buyers are told.",
    "invoicing.HeldInvoice": "Invoices that wait because no tax rate is known for the day. One appears when a"
    " rate has ended without a next one, and goes when that is added under Tax rates.",
    "invoicing.Series": "Series of invoice numbers. One appears with the first paper of a kind, an issuer"
    " and a year.",
    "invoicing.TaxPaper": "Tax invoices and credit notes. One appears when a charge is collected, refunded"
    " or lost in a dispute, once invoices are set up.",
    "ledger.Allocation": "Which credit covers which debt of a customer. One appears by itself when both are"
    " open.",
    "ledger.Correction": "What was booked by hand. One appears when somebody asks for it; another person"
    " approves it.",
    "ledger.CustomerTransaction": "What customers of merchants owe and paid. One appears with each invoice,"
    " payment, credit or fee.",
    "ledger.LedgerAccount": "Accounts of the books, which add up to zero in each currency. One appears"
    " when money first reaches it.",
    "ledger.LedgerEntry": "Lines of the books, two or more for each move of money.",
    "ledger.LedgerTransaction": "Moves of money in the books. One appears when money was collected, given"
    " back, disputed, paid out or corrected.",
    "ledger.Month": "Months that are over, to be closed one after the other. One appears by itself on the"
    " first day after it.",
    "mail.BlockedAddress": "Addresses that get no mails. One appears when a mail bounces or is called spam.",
    "mail.Mail": "Mails to buyers, sellers and staff. One appears when something happens that its reader"
    " should know.",
    "operations.InvariantLook": "What must be true at any moment and is looked at each minute. All are here"
    " once the workers have looked; manage.py verify checks many more.",
    "payouts.BankReport": "What banks said of payouts. One appears when somebody uploads a bank's file.",
    "payouts.Payout": "Money to sellers. One appears when a seller, staff or the schedule asks for it, and"
    " waits for another person.",
    "payouts.PayoutAccount": "Where payouts go. One appears when a seller names an account.",
    "payouts.PayoutBatch": "Files for the bank. One appears when approved payouts are put into a file.",
    "request_log.LoggedRequest": "Requests of programs at the APIs. One appears some seconds after each.",
    "subscriptions.Plan": "What merchants offer. One appears when a merchant's program makes it.",
    "subscriptions.Subscription": "Money that changes hands every period. One appears when an app asks a"
    " buyer for it, or a merchant subscribes a customer.",
    "taxes.TaxRate": "Rates of tax by country and day. Those of the EU come with the server; add others.",
    "webhooks.Delivery": "Events on their way to endpoints. One appears for each event and endpoint.",
    "webhooks.Endpoint": "Where events are sent. One appears when a seller adds it in the console or by the"
    " API.",
}
