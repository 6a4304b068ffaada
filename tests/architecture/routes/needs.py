"""Who may use the pages of a neighbourhood, and the board of needs."""

NEIGHBOUR, NEIGHBOUR_OWN = "neighbourhood", "neighbourhood own"

ROUTES = {
    "GET /neighbourhood": NEIGHBOUR,
}
