"""Everyday words beside the words of documents, as data: vacation and leave, photos and images. Any of a group stands for the others."""

GROUPS = tuple(
    frozenset(line.split())
    for line in """
    vacation vacations holiday holidays leave pto furlough
    absence absent leave
    photo photos picture pictures image images photograph photographs snapshot
    laptop laptops computer computers notebook macbook
    smartphone phone phones iphone mobile
    boss manager managers supervisor supervisors
    salary pay wage wages compensation income earnings paycheck
    earn earns earned accrue accrues accrued receive
    employee employees staff worker workers
    join joined joining start started hired onboarding
    enroll enrol enrolled enrollment register sign-up signup
    stop stops stopped stopping cancel cancels cancelling cancellation withdraw end quit terminate
    delete deletes deleted remove removes removed erase erased purge
    empty clear clears clean cleans cleared
    manually manual hand
    newest latest recent
    oldest minimum earliest least
    folder folders directory directories
    license licence licenses licences licensed
    allowed permitted permit allow
    help assist assistance support
    problem problems issue issues error errors failure fault bug
    kid kids child children baby
    dead died dies death deceased bereavement funeral passing late
    began begin begins start started inception founded launched
    enable enables enabled activate activated
    disable disables disabled deactivate
    show shows display view list
    change changes changed update updates updated modify edit edited
    buy bought purchase purchased purchases purchasing
    send submit mail
    choose select pick
    fast quick quickly rapid
    maximum most limit limited longest largest highest cap capped max
    lost stolen missing theft
    badge badges piv card
    badge pass
    therapy therapist counseling counselling counselor counselors
    doctor physician medical
    ill sick illness
    glasses eyeglasses vision
    lunch break
    trip trips travel travels travelling
    flight flights plane airline
    paid reimbursed reimbursement
    house home
    firm company organization organisation employer business
    customer client
    user account
    password passwords passcode passphrase
    login log-in sign-in credentials
    username user-name
    internet web online network
    wifi wireless wi-fi
    safe secure
    encrypted encryption encrypt
    saved save stored store stores keep kept persist persisted retain retained
    backup backups back-up
    file files document documents
    size large big megabytes gigabytes
    need needs needed require requires required must
    recommend recommended suggest advise
    forbidden prohibited banned
    test tests tested testing
    run runs execute executed invoke
    install installs installed installation
    upgrade upgrades upgraded
    program programs application applications app apps software tool
    newcomer newcomers new
    old former previous
    extra additional more
    more increased increase increases
    unused inactive inactivity idle
    attack attacked attacks hacking hacked hacker
    owner owners own owns owned
    sell sells sold selling
    raise raises increase
    notice notify notification notified
    discount discounts reduction rebate
    tax taxes vat
    fee fees charge charges cost costs price prices
    address addresses
    located location live lives hosted
    written wrote implemented programmed
    quit resign resignation
    fired terminated dismissed
    pregnant pregnancy birth maternity parental
    parent parents parental mother father
    bereaved mourning bereavement
    jury court
    elect election vote voting
    check verify verifies validate validated validates
    proof prove documentation evidence
    transparent transparently automatically
    itself automatically automatic
    often frequency every
    exact precision precise accurate
    logs log logging logged
    dashboard dashboards graph graphs
    default defaults preset
    timezone timezones zone
    down unavailable offline outage downtime
    outage outages downtime
    unlimited unbounded
    shared common
    """.strip().splitlines()
)
