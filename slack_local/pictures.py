"""Small pictures for people, the app and the team: initials on a colour. Pure."""

from html import escape

from slack_local.world import World


def picture(world: World, name: str, user: str) -> str:
    """An SVG for "avatar" (with the person's id), "app" or "team"."""
    person = world.people.get(user if name == "avatar" else world.app.bot_user)
    words = world.team.name if name == "team" or person is None else person.real_name
    color = "4a154b" if name == "team" or person is None else person.color
    letters = "".join(word[0] for word in words.split()[:2]).upper()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72" role="img">'
        f'<rect width="72" height="72" rx="14" fill="#{escape(color)}"/>'
        '<text x="36" y="46" text-anchor="middle" font-family="sans-serif" font-size="28" font-weight="600"'
        f' fill="#fff">{escape(letters)}</text></svg>'
    )
