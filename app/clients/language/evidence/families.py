"""Families of words that phrases name in capitals."""

_SHIPMENT = (
    "orders?|packages?|parcels?|shipments?|deliver(?:y|ies)|items?|products?|purchases?|goods|merchandise|stuff|"
    "things?|box|mail|letter"
)
_THINGS = (
    "gifts?|presents?|shoes|sneakers|boots|slippers|jackets?|coats?|shirts?|t-?shirt|dress|jeans|trousers|pants|"
    "sweaters?|jumpers?|hoodies?|skirts?|clothes|socks|hats?|bags?|backpacks?|rings?|necklaces?|bracelets?|watch(?:es)?|laptops?|tablets?|"
    "headphones|earbuds|speakers?|chargers?|cameras?|tv|monitors?|printers?|keyboards?|consoles?|games?|devices?|blenders?|kettles?|"
    "toasters?|lamps?|mattresses?|sofas?|couch(?:es)?|chairs?|tables?|desks?|wardrobes?|curtains|furniture|bikes?|toys?|books?|groceries|"
    "food|pizza|flowers|cake|bottles?|kits?|samples?|parts?|replacements?|tickets?|vouchers?|passport|chequebook|"
    "checkbook|checks|envelope"
)
_ID = r"#[a-z]{0,4}\d{3,12}|[a-z]{1,4}\d{4,12}|\d{5,12}"

FAMILIES: dict[str, str] = {
    "SHIPMENT": f"{_SHIPMENT}|{_ID}",
    "PARCEL": f"{_SHIPMENT}|{_THINGS}|cards?|phone|{_ID}",
    "ID": _ID,
    "REFUND": (
        "refunds?|refunded|refunding|reimburse|reimbursed|reimbursements?|reimbursing|money back|cash back|"
        "chargebacks?|charge back|restitutions?|rebates?|repayments?|repaid|moneys? returned"
    ),
    "SUM": (
        r"money|cash|[$€£]|[$€£]\d[\d.,]*|\d[\d.,]*[$€£]|[\d.,]+ (?:dollars|bucks|pounds|quid|euros|usd|eur|gbp)|"
        "dollars|bucks|quid"
    ),
    "DAY": (
        "today|tomorrow|tonight|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|tues|wed|thu|"
        r"thurs|fri|sat|sun|weekend|christmas|birthday|the \d+(?:st|nd|rd|th)"
    ),
    "WANT": (
        "want|need|would like|like|wish|demand|request|require|deserve|insist on|expect|would love|have to|"
        "am after|after|asking for"
    ),
    "MY": "my|our|the|this|that|these|those|his|her|their",
    "OWN": "my|our",
    "COME": (
        "arrives?|arrived|arriving|comes?|came|coming|be here|gets? here|got here|get to me|shows? up|showed up|"
        "shown up|turns? up|turned up|reach(?:ed)? me|reach"
    ),
    "ACCOUNT": "accounts?|profile|login|membership|user",
    "DETAILS": (
        "address|addresses|name|surname|email|phone|number|details|information|data|profile|size|color|colour|"
        "quantity|items?|products?|date|slot|orders?|purchase|payment method|booking|reservation|accounts?"
    ),
    "CARD": "cards?|payments?|transfers?|top ups?|transactions?|withdrawals?|account|pin|passcode|atm|machine",
    "TOPIC": (
        "accounts?|cards?|payments?|pay|currency|currencies|fees?|charges?|prices?|stores?|shops?|website|app|"
        "company|services?|ordering|shipping|delivery|products?|sizes?|discounts?|coupons?|vouchers?|membership|"
        "transfers?|transferring|top ups?|topping up|exchanges?|exchanging|atms?|banks?|visa|mastercard|amex|"
        "american express|apple pay|google pay|apple watch|verify|verifying|verification|identity|identification|"
        "id|subscriptions?|plans?|returns?|warranty|stock|insurance|customers?|rewards|points|pin|money|cash|"
        "withdraw|deposit|cheque|limits?|disposable|virtual|gbp|usd|eur|aud|euros?|dollars|funds|orders?|items?|"
        "rates?|policy|hours|sale|convert|countries|promo|codes?|postage|receipts?|registry|catalogu?e|branch|offers?"
    ),
}
