from benchmarks.folds import FOLDS, by_digest, folds


def test_every_item_is_asked_once_and_never_by_what_it_taught():
    items = list(range(23))
    rounds = list(folds(items))
    assert len(rounds) == FOLDS
    assert sorted(item for _, held in rounds for item in held) == items
    assert all(sorted(others + held) == items for others, held in rounds)


def test_the_order_is_that_of_the_texts_and_not_of_how_they_came():
    texts = [f"第{number}条" for number in range(30)]
    assert by_digest(texts, str) == by_digest(reversed(texts), str) != texts
