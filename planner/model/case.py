"""Cases and their parties: the border register -> geo."""

from planner.model.tables import day, flag, one_of, real, schema, text, whole

STATUSES = ("open", "closed", "terminated")
"""``terminated`` is 终本: closed for lack of assets, comes back when a clue arrives."""

CASE_TYPES = ("执", "执恢", "执保", "执异", "执复", "执监", "其他")

SCOPES = ("field", "online_control", "unable", "bankrupt", "urged", "handed_over", "relief")
"""Where a case is worked: by a visit, by online asset control, 执行不能, bankruptcy; and, as people of the bureau
said, by a village contact first (督促履行), by another team, or as judicial relief (司法救助)."""

ROLES = ("debtor", "creditor", "other")

ADDRESS_KINDS = ("residence", "service", "domicile")
"""经常居住地, 送达地址, 户籍地, in the default order of belief."""

CASE_TABLE = schema(
    {
        "case_id": text(),  # normalised 案号, half-width, e.g. (2024)浙0225执1234号
        "case_type": one_of(CASE_TYPES),
        "cause": text(nullable=True),  # 案由
        "series": text(nullable=True),  # 系列案: shared by the cases of one group
        "source": text(nullable=True),  # 案件来源 as written
        "department": text(nullable=True),  # 承办部门
        "handler": text(nullable=True),  # 承办人 (a member of the court)
        "filed_on": day(),
        "due_on": day(nullable=True),
        "closed_on": day(nullable=True),
        "closing": text(nullable=True),  # 结案方式
        "status": one_of(STATUSES),
        "claimed_fen": whole(nullable=True, least=0),
        "recovered_fen": whole(nullable=True, least=0),
        "livelihood": flag(),  # 涉民生
        "group_case": flag(),  # 群体性: several cases of one series, or said so
        "fisher": flag(),  # the debtor lives from fishing
        "found_by_sweep": flag(),  # a sweep brought the case up: not counted as a filing (feedback)
        "search_planned": flag(),  # a search of a person or home is planned: see rules on officers
        "female_debtor": flag(),
        "scope": one_of(SCOPES),
        "clue_on": day(nullable=True),  # date of the latest clue in the register, if any
        "remark": text(nullable=True),
    },
    unique=["case_id"],
)
"""One row per case."""

PARTY_TABLE = schema(
    {
        "case_id": text(),
        "party_no": whole(least=1),  # 1.. within the case, in the order of the register
        "role": one_of(ROLES),
        "name": text(),
        "is_company": flag(),
        "id_hash": text(nullable=True),  # keyed hash of the ID number; the number itself is never kept
        "phone": text(nullable=True),
        "residence": text(nullable=True),
        "service": text(nullable=True),
        "domicile": text(nullable=True),
        "x": real(nullable=True),  # coordinates as found (degrees east), datum still unknown
        "y": real(nullable=True),  # degrees north
    },
    unique=["case_id", "party_no"],
)
"""One row per person or company of a case. Personal data: joined to a plan only for display."""
