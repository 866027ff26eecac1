"""Requests in other languages: a fair drawing, or plain words that nothing was drawn; never a part of it presented as the whole."""

import pytest

from tests.planner.builtin.play import arrows, play


@pytest.mark.parametrize(
    ("said", "drawn"),
    [
        (
            "每天早上8点查询 visits 表，用AI写一段总结，然后发邮件到 a@clinic.test",
            {"schedule_trigger > db_query", "db_query > llm", "llm > email"},
        ),
        (
            "每周五下午5点半获取https://shop.test/sales，如果金额大于1000就发送到#boss频道，否则发邮件到a@b.test",
            {
                "schedule_trigger > http_request",
                "http_request > condition",
                "condition [true] > slack_message",
                "condition [false] > email",
            },
        ),
        ("当新订单通过webhook到达时，保存到 orders 表，然后通知 #sales 频道", {"webhook_trigger > db_write", "db_write > slack_message"}),
        (
            "用户提问时，搜索知识库，用AI回答问题",
            {"chat_trigger > knowledge_search", "knowledge_search > llm", "llm > output"},
        ),
        (
            "हर सोमवार सुबह 9 बजे https://api.bus.test/status से डेटा लाओ और Slack के #fleet चैनल में भेजो",
            {"schedule_trigger > http_request", "http_request > slack_message"},
        ),
        (
            "हर शुक्रवार शाम 6 बजे टेबल orders से डेटा लाओ, सारांश बनाओ और a@b.test को ईमेल करो",
            {"schedule_trigger > db_query", "db_query > llm", "llm > email"},
        ),
        (
            "Jede Woche am Montag um 9 Uhr die Tabelle Bestellungen lesen, zusammenfassen und an chef@x.test mailen",
            {"schedule_trigger > db_query", "db_query > llm", "llm > email"},
        ),
        (
            "Cada lunes a las 9 lee la tabla ventas, resume los datos y envíalos por correo a jefe@x.test",
            {"schedule_trigger > db_query", "db_query > llm", "llm > email"},
        ),
        (
            "Tous les jours à 8 h, lis la table stock, résume-la et envoie le résumé par mail à chef@x.test",
            {"schedule_trigger > db_query", "db_query > llm", "llm > email"},
        ),
    ],
)
def test_a_request_in_another_language_is_drawn(said: str, drawn: set[str]) -> None:
    conversation = play(said)
    assert arrows(conversation.workflow) == drawn
    assert conversation.issues("error") == []
    assert "No time was said" not in conversation.turns[0].reply


@pytest.mark.parametrize(
    "said",
    [
        "Каждый понедельник в 9 читай таблицу заказов и отправляй сводку на boss@x.test",
        "毎朝9時に売上を取得して、要約を #sales に投稿する",
        "매일 아침 8시에 주문 표를 읽고 요약해서 boss@x.test 로 보내줘",
        "كل يوم في الساعة 8 اقرأ الطلبات وأرسل ملخصا إلى boss@x.test",
    ],
)
def test_what_cannot_be_read_is_said_plainly_and_nothing_is_drawn(said: str) -> None:
    turn = play(said).turns[0]
    assert turn.edits == []
    assert "set up a language model" in turn.reply
    assert turn.confidence < 0.2
