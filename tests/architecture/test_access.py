"""Every route is guarded, or named here as open to all."""

PUBLIC_BLUEPRINTS: set[str] = {"public", "neighbourhood"}


def test_every_blueprint_is_guarded_or_named_public(app):
    guarded = {name for name in app.before_request_funcs if name}
    ours = {name for name in app.blueprints if not name.startswith(("api", "bootstrap"))}
    assert ours - guarded <= PUBLIC_BLUEPRINTS
