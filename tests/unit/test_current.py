"""What holds for the running code, whatever the order in which blocks are left and wherever."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from otel_usage.current import Around, attributed, enter, in_call, leave, over, record_fields
from otel_usage.records import UsageRecord
from otel_usage.settings import Attribution

if TYPE_CHECKING:
    from collections.abc import Callable

NOBODY = Attribution()


def agent(name: str) -> Attribution:
    """An attribution to an agent."""
    return Attribution(agent=name)


def apart(work: Callable[[], None]) -> None:
    """Run something in a context of its own."""
    contextvars.Context().run(work)


def test_outside_of_every_block_nothing_holds() -> None:
    """Nobody said anything."""
    assert (attributed(), in_call()) == (NOBODY, False)


def test_what_an_inner_block_says_holds_until_it_is_left() -> None:
    """What it does not say stays as it is."""
    outer = enter(agent("outer"), in_call=None)
    call = enter(None, in_call=True)
    assert (attributed().agent, in_call()) == ("outer", True)
    tool = enter(agent("tool"), in_call=False)
    assert (attributed().agent, in_call()) == ("tool", False)
    leave(tool)
    assert (attributed().agent, in_call()) == ("outer", True)
    leave(call)
    assert (attributed().agent, in_call()) == ("outer", False)
    leave(outer)
    assert (attributed(), in_call()) == (NOBODY, False)


def test_a_task_that_outlives_the_block_keeps_whom_it_works_for_and_is_in_no_call() -> None:
    """What a client starts in the background during its first call must not hide later ones for ever."""

    async def main() -> None:
        go_on = asyncio.Event()

        async def work() -> None:
            assert (attributed().agent, in_call()) == ("a", True)
            await go_on.wait()
            assert (attributed().agent, in_call()) == ("a", False)
            inner = enter(agent("inner"), in_call=True)
            leave(inner)
            assert (attributed().agent, in_call()) == ("a", False)

        around = enter(agent("a"), in_call=True)
        task = asyncio.create_task(work())
        await asyncio.sleep(0)
        leave(around)
        go_on.set()
        await task

    asyncio.run(main())


def test_a_thread_has_what_the_context_has_that_it_runs_in() -> None:
    """An empty one, as a thread begins with, or a copied one."""
    seen: list[str | None] = []
    around = enter(agent("a"), in_call=None)
    copied = contextvars.copy_context()
    for run in (contextvars.Context().run, copied.run):
        thread = threading.Thread(target=run, args=(lambda: seen.append(attributed().agent),))
        thread.start()
        thread.join()
    leave(around)
    assert seen == [None, "a"]


@given(st.permutations(range(4)))
def test_blocks_that_are_left_in_any_order_leave_nothing_behind(order: list[int]) -> None:
    """The innermost one that is still open holds; in the end none does."""

    def work() -> None:
        entered = [enter(agent(str(number)), in_call=True) for number in range(4)]
        still = set(range(4))
        for number in order:
            leave(entered[number])
            still.discard(number)
            expected = (str(max(still)), True) if still else (None, False)
            assert (attributed().agent, in_call()) == expected

    apart(work)


def test_leaving_twice_is_leaving_once() -> None:
    """The second time changes nothing."""
    outer = enter(agent("a"), in_call=None)
    inner = enter(agent("b"), in_call=None)
    leave(inner)
    leave(inner)
    assert attributed().agent == "a"
    leave(outer)


def test_what_was_left_in_another_context_is_over_in_its_own() -> None:
    """A generator that a loop closes in a copy of the context."""

    def work() -> None:
        around = enter(agent("a"), in_call=True)
        contextvars.copy_context().run(leave, around)
        assert (attributed(), in_call()) == (NOBODY, False)

    apart(work)


def depth(around: Around) -> int:
    """How many blocks are kept because of one."""
    return 0 if around.outer is None else 1 + depth(around.outer)


def test_generators_that_overtake_each_other_for_ever_take_no_memory() -> None:
    """Each begins before the one before it ends."""

    def work() -> None:
        last = enter(agent("0"), in_call=True)
        for number in range(200):
            following = enter(agent(str(number)), in_call=True)
            leave(last)
            last = following
        assert depth(last) < 4
        leave(last)

    apart(work)


def test_tasks_that_start_each_other_for_ever_take_no_memory() -> None:
    """Each is started inside a block of the one before it."""
    context = contextvars.Context()

    def step() -> tuple[contextvars.Context, int]:
        around = enter(agent("a"), in_call=True)
        following = contextvars.copy_context()
        leave(around)
        return following, depth(around)

    for _ in range(200):
        context, kept = context.run(step)
        assert kept < 4


WORDS = st.none() | st.sampled_from(["", "a", "b"])
TAGS = st.dictionaries(st.sampled_from("xyz"), st.sampled_from("123"))
ATTRIBUTIONS: st.SearchStrategy[Attribution] = st.fixed_dictionaries(
    {name: TAGS if name == "tags" else WORDS for name in Attribution.__struct_fields__}
).map(lambda fields: Attribution(**dict[str, Any](fields)))


@given(ATTRIBUTIONS, ATTRIBUTIONS)
def test_the_inner_one_holds_field_by_field_and_tag_by_tag(inner: Attribution, outer: Attribution) -> None:
    """An empty text says nothing."""
    both = over(inner, outer)
    for name in Attribution.__struct_fields__:
        if name != "tags":
            assert getattr(both, name) == (getattr(inner, name) or getattr(outer, name))
    assert both.tags == {**outer.tags, **inner.tags}


@given(ATTRIBUTIONS, ATTRIBUTIONS, ATTRIBUTIONS)
def test_it_does_not_matter_which_two_are_put_together_first(
    one: Attribution, two: Attribution, three: Attribution
) -> None:
    """Blocks and the configuration may be put together in any grouping."""
    assert over(over(one, two), three) == over(one, over(two, three))


@given(ATTRIBUTIONS)
def test_what_a_block_says_is_in_the_fields_of_a_record_of_the_same_names(said: Attribution) -> None:
    """Each of them, and the tags as they are at the moment."""
    record = UsageRecord(id="1", start=0, source="live", **record_fields(said))
    for name in Attribution.__struct_fields__:
        assert getattr(record, name) == getattr(said, name)
    assert record.tags is not said.tags
