"""The workflows of the engine's benchmarks, as layers of steps that do nothing: each layer follows the one before it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from parley.nodes.base import NodeType, StepContext, StepResult
from parley.nodes.values import Config
from parley.workflow.catalogue import TypeSpec
from parley.workflow.spec import Edge, Node, Workflow


@dataclass(frozen=True)
class Shape:
    """`joined`: each step follows every step of the layer before; otherwise layers of one width are lanes side by side."""

    name: str
    layers: tuple[tuple[str, ...], ...]
    joined: bool = True

    def edges(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """(The steps before, the step) for every step behind the first layer."""
        for before, layer in pairwise(self.layers):
            for lane, step in enumerate(layer):
                yield (before if self.joined else (before[lane],)), step

    @property
    def steps(self) -> int:
        return sum(map(len, self.layers))


def layers(prefix: str, *widths: int) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(f"{prefix}{row}_{lane}" for lane in range(width)) for row, width in enumerate(widths))


CHAIN = Shape("chain of 100", layers("c", *[1] * 100))
FAN_OUT = Shape("fan-out 1 > 200 > 1", layers("f", 1, 200, 1))
LANES = Shape("20x20, lanes", layers("n", *[20] * 20), joined=False)
MESH = Shape("20x20, all to all", layers("m", *[20] * 20))
SHAPES = (CHAIN, FAN_OUT, LANES, MESH)


async def _nothing(config: Config, context: StepContext) -> StepResult:
    return StepResult({"n": 1})


# Like the peers' steps it does nothing, so that what is measured is the engine.
NOTHING = NodeType(
    TypeSpec(
        type="nothing",
        title="Nothing",
        category="data",
        icon="circle",
        description="Gives back a number.",
        config=Config,
        output=None,
        output_fields=lambda config: ("n",),
    ),
    run=_nothing,
)


def workflow_of(shape: Shape) -> Workflow:
    """The shape behind a manual trigger."""
    nodes = [Node(id="start", type="manual_trigger", label="Start", config={})]
    nodes += [Node(id=step, type="nothing", label=step, config={}) for layer in shape.layers for step in layer]
    edges = [Edge(source="start", target=step) for step in shape.layers[0]]
    edges += [Edge(source=source, target=step) for before, step in shape.edges() for source in before]
    return Workflow(name=shape.name, nodes=tuple(nodes), edges=tuple(edges))
