"""The node types there are: a literal list. The catalogue, the planners' vocabulary, validation and the forms all derive from it."""

from parley.nodes import (
    agent,
    approval,
    chat_trigger,
    classify,
    condition,
    db_query,
    db_write,
    delay,
    email,
    extract,
    http_request,
    knowledge_add,
    knowledge_search,
    llm,
    loop,
    manual_trigger,
    merge,
    note,
    output,
    schedule_trigger,
    set_variables,
    slack_message,
    switch,
    transform,
    web_search,
    webhook_response,
    webhook_trigger,
)
from parley.nodes.base import Registry, registry_of
from parley.workflow.catalogue import Catalogue

REGISTRY: Registry = registry_of(
    [
        manual_trigger.TYPE,
        chat_trigger.TYPE,
        schedule_trigger.TYPE,
        webhook_trigger.TYPE,
        condition.TYPE,
        switch.TYPE,
        loop.TYPE,
        merge.TYPE,
        delay.TYPE,
        output.TYPE,
        llm.TYPE,
        agent.TYPE,
        classify.TYPE,
        extract.TYPE,
        knowledge_search.TYPE,
        knowledge_add.TYPE,
        web_search.TYPE,
        http_request.TYPE,
        transform.TYPE,
        set_variables.TYPE,
        db_query.TYPE,
        db_write.TYPE,
        email.TYPE,
        slack_message.TYPE,
        webhook_response.TYPE,
        approval.TYPE,
        note.TYPE,
    ]
)

CATALOGUE: Catalogue = {name: node_type.spec for name, node_type in REGISTRY.items()}
