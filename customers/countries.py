"""Countries of addresses: ISO 3166 codes with their English names."""

import re

from babel import Locale

CODE = re.compile("[A-Z]{2}")
# CLDR lists groups of countries, test codes and what is not known beside them.
NO_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
COUNTRIES = {
    code: name
    for code, name in sorted(Locale("en").territories.items(), key=lambda item: item[1])
    if CODE.fullmatch(code) and code not in NO_COUNTRIES
}
