import pytest

from directory.rules import passwords

EMAIL, NAME = "zhou.min@example.org", "周 敏敏"


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("Tian-shan5", None),
        ("天山路Abc12345", None),
        ("sixteen letters!", None),
        ("correct horse battery staple", None),
        ("Tian-sha5", "short"),
        ("", "short"),
        ("aB3" * 67, "long"),
        ("tianshanlu12", "simple"),
        ("TIANSHAN1234", "simple"),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", "simple"),
        ("aA1aA1aA1aA1", "simple"),
        ("Zhou.Min-2026", "own"),
        ("zhou.min@example.org", "own"),
        ("ABC周敏敏12345", "own"),
    ],
)
def test_what_a_password_must_be(password, problem):
    assert passwords.problem(password, email=EMAIL, name=NAME) == problem


def test_a_name_or_mailbox_of_two_letters_forbids_no_password():
    assert passwords.problem("Tian-shan5-an", email="an@example.org", name="安") is None


def test_what_two_keyboards_send_for_one_word_is_the_same():
    assert passwords.same("Ｔian－shan５") == passwords.same("Tian-shan5")
