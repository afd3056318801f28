"""The documentation's code sample: a new customer with a perpetual subscription, paid from a bank account.

As it stands there, but for the account id and for dates, which have passed.
"""

STEPS = (
    ("PUT", "customers/~create"),
    ("PUT", "customers/[customer-id]/payment-options/~create"),
    ("PUT", "customers/[customer-id]/subscriptions/~create"),
    ("PUT", "customers/[customer-id]/transactions/~create"),
    ("POST", "customers/[customer-id]/transactions/~process"),
)
JSON = (
    """{
"code":"customer1",
"accountId":"2001",
"firstName":"John",
"lastName":"Smith",
"organizationName":"Organization LLC",
"email":"jsmith@mail.com",
"phone":"2129856472",
"isActive":"true",
"street1":"12 Main St",
"street2":"5th Ave",
"city":"New York",
"countryCode":"US",
"state":"NY",
"zipCode":"31904"
}""",
    """{
"code":"account1",
"type":"BC",
"accountNumber":"4099999992",
"accountAccessory":"021000021",
"isActive":"true",
"csc":"111",
"street1":"233 12th Street",
"street2":"5th Ave",
"city":"New Yor",
"countryCode":"US",
"state":"NY",
"zipCode":"11111"
}""",
    """{
"code":"subscription1",
"amount":"1999",
"firstBillingDate":"2035-01-01",
"note":"Perpetual subscription",
"paymentOptionId":"account1",
"planId":"*standard_monthly",
"type":"P"
}""",
    """{
"code":"invoice1",
"type":"RI",
"amount":"1999"
}""",
    """{
"holderName":"John Smith",
"accountNumber":"4111111111111111",
"accountAccessory":"0432",
"csc":"999",
"street":"233 12th Street",
"city":"New York",
"state":"NY",
"zipCode":"31909",
"email":"test@yahoo.com",
"type":"AP",
"accountType":"VC",
"amount":"1999",
"note":"payment for downpayment"
}""",
)
XML = (
    """<customer
    code = "customer1" 
    accountId = "2001" 
    firstName = "John" 
    lastName = "Smith" 
    organizationName = "Organization LLC" 
    email = "jsmith@mail.com" 
    phone = "2129856472" 
    isActive = "true" 
    street1 = "12 Main St" 
    street2 = "5th Ave" 
    city = "New York" 
    countryCode = "US" 
    state = "NY" 
    zipCode = "31904" 
/>""",
    """<payment-option
    code = "account1" 
    type = "BC" 
    accountNumber = "4099999992" 
    accountAccessory = "021000021" 
    isActive = "true" 
    csc = "111" 
    street1 = "233 12th Street" 
    street2 = "5th Ave" 
    city = "New Yor" 
    countryCode = "US" 
    state = "NY" 
    zipCode = "11111" 
/>""",
    """<subscription
    code = "subscription1" 
    amount = "1999" 
    firstBillingDate = "2035-01-01" 
    note = "Perpetual subscription" 
    paymentOptionId = "account1" 
    planId = "*standard_monthly" 
    type = "P" 
/>""",
    """<transaction
    code = "invoice1" 
    type = "RI" 
    amount = "1999" 
/>""",
    """<transaction
    holderName = "John Smith" 
    accountNumber = "4111111111111111" 
    accountAccessory = "0432" 
    csc = "999" 
    street = "233 12th Street" 
    city = "New York" 
    state = "NY" 
    zipCode = "31909" 
    email = "test@yahoo.com" 
    type = "AP" 
    accountType = "VC" 
    amount = "1999" 
    note = "payment for downpayment" 
/>""",
)
XURL = (
    "code=customer1&accountId=2001&firstName=John&lastName=Smith&organizationName=Organization+LLC"
    "&email=jsmith%40mail.com&phone=2129856472&isActive=true&street1=12+Main+St&street2=5th+Ave"
    "&city=New+York&countryCode=US&state=NY&zipCode=31904",
    "code=account1&type=BC&accountNumber=4099999992&accountAccessory=021000021&isActive=true&csc=111"
    "&street1=233+12th+Street&street2=5th+Ave&city=New+Yor&countryCode=US&state=NY&zipCode=11111",
    "code=subscription1&amount=1999&firstBillingDate=2035-01-01&note=Perpetual+subscription"
    "&paymentOptionId=account1&planId=%2Astandard_monthly&type=P",
    "code=invoice1&type=RI&amount=1999",
    "holderName=John+Smith&accountNumber=4111111111111111&accountAccessory=0432&csc=999"
    "&street=233+12th+Street&city=New+York&state=NY&zipCode=31909&email=test%40yahoo.com&type=AP"
    "&accountType=VC&amount=1999&note=payment+for+downpayment",
)
