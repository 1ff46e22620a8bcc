"""The drawing of the pipeline."""

from dataclasses import dataclass

from eddyline.settings import PROJECT_ROOT

DRAWING = PROJECT_ROOT / "notebooks" / "assets" / "pipeline.svg"


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG that stands in the page."""

    svg: str

    def _repr_html_(self) -> str:
        """Render for the notebook."""
        return f'<figure class="pipeline">{self.svg}</figure>'


def pipeline() -> Drawing:
    """Read the drawing of how an event gets from a phone to this report."""
    return Drawing(DRAWING.read_text(encoding="utf-8"))
