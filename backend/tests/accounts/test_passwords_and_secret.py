"""Passwords are hashed as they should be, time tells nobody who exists, and the secret is made once."""

from pathlib import Path

import pytest

from parley.accounts.passwords import Hasher, WeakPassword, check_strength
from parley.accounts.secret import WeakSecret, signing_secret


async def test_a_hash_is_argon2id_with_the_agreed_cost() -> None:
    hashed = await Hasher().hash("a few words in a row")
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_nobodys_password_costs_as_much_as_somebodys(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    hasher = Hasher()
    verify = hasher._argon2.verify

    def counting(password: str, hashed: str) -> bool:
        checked.append(hashed)
        return bool(verify(password, hashed))

    monkeypatch.setattr(hasher._argon2, "verify", counting)
    for _ in range(2):
        assert not await hasher.verify("something else", None)
    assert [hashed.split("$")[1:4] for hashed in checked] == [["argon2id", "v=19", "m=19456,t=2,p=1"]] * 2


@pytest.mark.parametrize("password", ["correct horse battery", "пароль из слов", "密码是很多个字的", "🙂🙃😀😁😂🤣😃😄", "x7!kQ2#p"])
def test_strong_passwords_of_any_script_are_taken(password: str) -> None:
    check_strength(password, username="ada", email="ada@example.com")


def test_the_own_address_is_no_password() -> None:
    with pytest.raises(WeakPassword):
        check_strength("Ada.Lovelace", username="ada", email="ada.lovelace@example.com")


def test_the_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    made = signing_secret(None, data_dir=tmp_path, production=True)
    assert len(made) == 64
    assert signing_secret(None, data_dir=tmp_path, production=False) == made


def test_a_cut_secret_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("")
    with pytest.raises(WeakSecret, match="Delete it"):
        signing_secret(None, data_dir=tmp_path, production=False)


@pytest.mark.parametrize("given", ["change-me", "a" * 64, "", "secret" * 10])
def test_in_production_a_secret_that_can_be_guessed_is_refused(tmp_path: Path, given: str) -> None:
    with pytest.raises(WeakSecret, match="openssl rand"):
        signing_secret(given, data_dir=tmp_path, production=True)
    assert signing_secret(given, data_dir=tmp_path, production=False) == given
