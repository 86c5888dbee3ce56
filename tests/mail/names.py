"""Titles and companies that readers of mail cut in the wrong place."""

TITLES = (
    "Cook",
    "Head of Care at Home, North - West",
    "Developer at Scale Lead",
    "Engineer · Remote",
    "“Chief” Baker (m/w/d)",
    "🍕 Pizza Pro!",
    "Sr. Chef - Nights. Days.",
    "Application Engineer, Security Code",
    "Interview Coordinator",
    "A/B Tester (Part-time)",
    "Chat Support Engineer with Combat",
    "Feedback Survey Analyst",
    "Acme",
)
COMPANIES = (
    "Acme",
    "Foo - Bar, Inc.",
    "Good Co.",
    "R.G. Brown & Co.",
    "AT&T",
    "Yahoo!",
    "Innovation at Scale",
    "St. Mary\u2019s Clinic",
    "Mill · Works",
    "Viewed by Design",
    "Application",
    "Bewerbung bei Uns GmbH",
    "L'Oréal",
    "Closed Loop Tips",
)
