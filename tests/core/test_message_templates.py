"""Which template tells something, and what stands in the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import CoreError
from core.message_templates import (
    Listed,
    MessageTemplate,
    check_template,
    list_templates,
    replace_templates,
)
from tests.cast import Cast, Somebody, refused

NEWS = Listed("news", "en", "APPROVED", "UTILITY", "{{text}}", ("text",), is_named=True, buttons=0)


async def listed(cast: Cast, *found: Listed) -> None:
    await cast.write(lambda s: replace_templates(s, platform="whatsapp", found=found, now=cast.now))


async def language(cast: Cast, locale: str, *fields: str, name: str = "news") -> str:
    return await cast.write(
        lambda s: (
            check_template(
                s, platform="whatsapp", name=name, locale=locale, fields=fields or ("text",)
            ).language
        )
    )


async def refusal(cast: Cast, *fields: str) -> CoreError:
    return await refused(language(cast, "en", *fields))


@pytest.mark.parametrize(
    ("locale", "chosen"),
    [("es_MX", "es_MX"), ("es", "es"), ("es_AR", "es"), ("fr", "en_US"), ("en", "en_US")],
)
async def test_the_reader_s_language_comes_first_and_english_next(
    sqlite_cast: Cast, locale: str, chosen: str
) -> None:
    await listed(
        sqlite_cast, *(replace(NEWS, language=one) for one in ("he", "es", "es_MX", "en_US"))
    )
    assert await language(sqlite_cast, locale) == chosen


async def test_what_is_not_approved_is_not_chosen(cast: Cast) -> None:
    await listed(cast, replace(NEWS, language="es", status="PAUSED"), NEWS)
    assert await language(cast, "es") == "en"


async def test_without_one_of_that_name_it_is_unknown(cast: Cast) -> None:
    assert (await refusal(cast)).code == "template_unknown"


@pytest.mark.parametrize("status", ["PENDING", "REJECTED", "PAUSED", "DISABLED"])
async def test_only_what_is_approved_counts(sqlite_cast: Cast, status: str) -> None:
    await listed(sqlite_cast, replace(NEWS, status=status))
    error = await refusal(sqlite_cast)
    assert (error.code, error.fields["status"]) == ("template_not_approved", status.lower())


async def test_fields_go_by_name_or_by_number(cast: Cast) -> None:
    await listed(cast, NEWS)
    assert (await refusal(cast, "word")).code == "template_fields"
    await listed(cast, replace(NEWS, fields=("1", "2"), is_named=False))
    assert await language(cast, "en", "person", "group") == "en"
    assert (await refusal(cast, "person")).code == "template_fields"


async def test_a_picture_can_t_be_provided(cast: Cast) -> None:
    await listed(cast, replace(NEWS, needs="image"))
    assert (await refusal(cast)).code == "template_needs"


async def test_what_is_no_longer_listed_is_gone(cast: Cast) -> None:
    await listed(cast, NEWS)
    await listed(cast)
    assert (await refusal(cast)).code == "template_unknown"


async def test_only_who_may_invite_somewhere_sees_the_list(cast: Cast) -> None:
    await listed(cast, NEWS)
    seen = await cast.read(lambda s: list_templates(s, cast.alice(s), platform="whatsapp").rows)
    assert [one.name for one in seen] == ["news"]
    for who in (cast.bob, cast.charlie):
        assert (await refused(_look(cast, who))).code == "templates_for_admins"


async def _look(cast: Cast, who: Somebody) -> list[MessageTemplate]:
    return await cast.write(lambda s: list_templates(s, who(s), platform="whatsapp").rows)
