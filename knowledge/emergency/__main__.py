"""What the recogniser makes of messages, piece by piece: `python -m knowledge.emergency "有人晕倒了"`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from knowledge.emergency.evidence import gather
from knowledge.emergency.lane import EmergencyLane
from knowledge.emergency.recognising import Recogniser


def told(text: str, recogniser: Recogniser) -> Iterator[str]:
    """Probability, types, card, signs, what stands around them, and log-odds by piece, weightiest first."""
    alarm, evidence = recogniser.recognise(text), gather(text)
    yield f"probability  {alarm.probability:.3f}  {'danger' if alarm.danger else 'calm'} (from {recogniser.threshold:.2f})"
    yield f"types        {' '.join(alarm.types)}"
    card = EmergencyLane(recogniser).card_for(text)
    yield f"card         {card.id}, call {' '.join(card.numbers)}" if card else "card         none"
    for kind, severity, phrase in evidence.signs:
        yield f"sign         {kind} {severity}  {phrase}"
    for group, phrase in evidence.around.items():
        yield f"around       {group}  {phrase}"
    for name, weight in sorted(alarm.contributions.items(), key=lambda part: -abs(part[1])):
        yield f"{weight:+12.2f} {name}"


def main() -> int:
    """Tell about each message given."""
    parser = argparse.ArgumentParser(prog="python -m knowledge.emergency", description=__doc__)
    parser.add_argument("text", nargs="+", help="a message, in quotes")
    texts: list[str] = parser.parse_args().text
    recogniser = Recogniser.load()
    for text in texts:
        print(*told(text, recogniser), "", sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
