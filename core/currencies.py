"""Currencies of ISO 4217 and how many decimals each has."""

# A table and no library: a few codes change in a decade, and the core depends on nothing.
# The list of 2026-01-01, without codes that have four decimals (CLF, UYW) and without those that are no
# means of payment: metals, bonds, special drawing rights, tests, "no currency".
_BY_EXPONENT = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD
        CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
        GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD
        LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB
        PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP
        SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW
        ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
}
EXPONENTS = {code: exponent for exponent, codes in _BY_EXPONENT.items() for code in codes.split()}


def find_exponent(currency: str) -> int:
    """Return how many decimals amounts of a currency have.

    It is 2 for a code that is not in the table: a row may be older than the end of its currency, and a
    processor may answer anything.
    """
    return EXPONENTS.get(currency, 2)


def find_step(currency: str) -> int:
    """Return the least that processors move, in minor units: of three decimals they take two."""
    return 10 if find_exponent(currency) == 3 else 1


def name_minor_unit(currency: str) -> str:
    """Return the unit that integer amounts count: "cents", for JPY "JPY", for KWD "thousandths of KWD"."""
    return {0: currency, 2: "cents", 3: f"thousandths of {currency}"}[find_exponent(currency)]
