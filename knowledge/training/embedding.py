"""Train the bundled embedding model on the project's own texts; seeded, a few minutes on two cores.

    python -m knowledge.training.embedding [--out FOLDER] [--epochs N]

Two texts of one policy (ask, title, paragraph) are pulled together, every other policy in the batch is pushed away
(multiple negatives, in both directions); a glossary variant is pulled to its canonical term. Some asks are roughened
(dropped characters, glossary words exchanged), because riders type that way. Limits and known unknowns are policies too:
what must be refused has its own place in the space. Needs torch and sentence-transformers (`pip install .[train]`).
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

from knowledge.adapters.embedding import SHIPPED
from knowledge.folding import fold, words
from knowledge.glossary import Glossary, read_glossary
from knowledge.model import Policy
from knowledge.policies import read_library

LIBRARY = Path(__file__).parent.parent / "library"
SEED = 20261121
VOCABULARY = 9_000
DIMENSION = 256
BATCH = 256
TEMPERATURE = 0.06


def train_tokenizer(texts: Sequence[str]) -> Tokenizer:
    """A Unigram tokenizer over folded text, cut at anything that is no character, letter or digit."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(pattern=_not_words(), behavior="removed"), pre_tokenizers.Digits(individual_digits=False)]
    )
    trainer = trainers.UnigramTrainer(
        vocab_size=VOCABULARY, special_tokens=["[UNK]"], unk_token="[UNK]", max_piece_length=4, show_progress=False,
        initial_alphabet=sorted({c for text in texts for c in text if not c.isspace()}),
    )  # fmt: skip
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def _not_words() -> Regex:
    return Regex(r"[^\p{Han}a-z0-9%.]+")


class Pairs:
    """Endless seeded batches of (text, text, policy number)."""

    def __init__(self, policies: Sequence[Policy], glossary: Glossary, seed: int) -> None:
        self._random = random.Random(seed)
        self._asked = [[fold(text) for text in (policy.title, *policy.asks)] for policy in policies]
        self._told = [[fold(text) for text in (policy.title, *policy.paragraphs)] for policy in policies]
        self._synonyms: dict[str, list[str]] = {}
        for variant, canonical in glossary.variants.items():
            self._synonyms.setdefault(canonical, []).append(variant)
        self._glossary = glossary

    def batches(self, count: int) -> Iterator[tuple[list[str], list[str], list[int]]]:
        """`count` batches; no policy stands in a batch twice, so every other pair is a true negative."""
        numbers = list(range(len(self._asked)))
        for _ in range(count):
            chosen = self._random.sample(numbers, min(BATCH, len(numbers)))
            left = [self.roughened(self._random.choice(self._asked[n])) for n in chosen]
            right = [self._random.choice(self._asked[n] if self._random.random() < 0.6 else self._told[n]) for n in chosen]
            terms = self._random.sample(sorted(self._synonyms), 48)
            left += [self._random.choice(self._synonyms[term]) for term in terms]
            right += [fold(term) for term in terms]
            yield left, right, [*chosen, *range(-len(terms), 0)]

    def roughened(self, text: str) -> str:
        """The text with a glossary word exchanged for a sister word, or a character lost, now and then."""
        chance = self._random.random()
        if chance < 0.3 and self._glossary.pattern is not None and (found := self._glossary.pattern.search(text)):
            sisters = self._synonyms[self._glossary.variants[found[0]]]
            return text[: found.start()] + self._random.choice(sisters) + text[found.end() :]
        if chance < 0.5:
            kept = [word for word in words(text) if self._random.random() > 0.15]
            return "".join(kept) or text
        return text


def train(policies: Sequence[Policy], glossary: Glossary, epochs: int) -> tuple[Tokenizer, torch.Tensor]:
    """Tokenizer and token vectors, shape (tokens, DIMENSION)."""
    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(True)
    texts = [fold(t) for p in policies for t in (p.title, *p.asks, *p.paragraphs)] + [*glossary.variants]
    tokenizer = train_tokenizer(texts)
    vectors = torch.nn.EmbeddingBag(tokenizer.get_vocab_size(), DIMENSION, mode="mean")
    torch.nn.init.normal_(vectors.weight, std=0.1)
    steps = epochs * sum(len(policy.asks) for policy in policies) // BATCH
    optimizer = torch.optim.Adam(vectors.parameters(), lr=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for step, (left, right, _) in enumerate(Pairs(policies, glossary, SEED).batches(steps), 1):
        a, b = (torch.nn.functional.normalize(vectors(*_bags(tokenizer, side))) for side in (left, right))
        logits = a @ b.T / TEMPERATURE
        target = torch.arange(len(left))
        loss = (torch.nn.functional.cross_entropy(logits, target) + torch.nn.functional.cross_entropy(logits.T, target)) / 2
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        if step % 200 == 0 or step == steps:
            print(f"step {step}/{steps} loss {loss.item():.3f}", flush=True)
    return tokenizer, vectors.weight.detach()


def _bags(tokenizer: Tokenizer, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
    encodings = tokenizer.encode_batch(list(texts), add_special_tokens=False)
    ids = [encoding.ids or [0] for encoding in encodings]
    offsets = torch.tensor([0, *(len(i) for i in ids)][:-1]).cumsum(0)
    return torch.tensor([number for row in ids for number in row]), offsets


def save(tokenizer: Tokenizer, vectors: torch.Tensor, folder: Path) -> None:
    """Write a sentence-transformers folder."""
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=vectors.numpy())], device="cpu")
    model.save(str(folder), create_model_card=False)
    for path in folder.rglob("*.safetensors"):
        path.chmod(0o644)


def main() -> None:
    """Train and save the bundled model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--epochs", type=int, default=60)
    options = parser.parse_args()
    tokenizer, vectors = train(read_library(LIBRARY), read_glossary(LIBRARY / "glossary.tsv"), options.epochs)
    save(tokenizer, vectors, options.out)
    size = sum(path.stat().st_size for path in options.out.rglob("*") if path.is_file())
    print(f"saved {options.out} ({size / 1e6:.1f} MB, {tokenizer.get_vocab_size()} tokens)")


if __name__ == "__main__":
    main()
