"""How the table of routes says who may use one: role names of directory/rules/roles.py, space-separated.

"own" after a role means only for records that are theirs: of their organisation, seated in their street, their sheet.
"""

ANYONE = "anyone"
SIGNED_IN = "neighbourhood owner editor assessor lead street district auditor"
