"""Use cases: what a person can do here. The only place where things change.

Where to look, by what people come to do; the first line of each module says more:

the catalogue
    catalogue searches exports standings entries listings lapsing gatekeeping asof
the classification and the rules
    classification category_accounts lexicon parameters tuning seeds
asking and learning
    matches answers candidates repeats runs confirmations learning watching
accounts
    accounts enrolments claims sessions notices sending changes paging
what an organisation keeps
    profiles facts evidence offers offerings desk undertakings mirrors
applying, deciding, objecting
    applications decisions objections appeals queues reviewing waiting dossiers deeds
the evaluation centre
    rubrics criteria assessors assessments sheets results agreements worklists
editions
    drafting sealing editions verification
needs
    needs need_runs details postings joinings endings reopenings listeners board neighbours overseeing
choosing a provider
    shortlists comparisons invitations proposals inquiries undecided awards
agreed work
    engagements agreed_work arrangements terms milestones service_records signing_off terminations interruptions
reviews and ratings
    reviews reports reputation recounting ratings
supply and demand
    supply unmet calls exposures exposure_reports
every day
    daily reminders deadlines auditing
files of an office
    imports lists fact_lists holdings records
the demo
    demo demo_organisations demo_needs demo_work
"""
