"""The bundled model: read by a few lines of ours exactly as sentence-transformers reads it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app import shipped_library
from knowledge.adapters.embedding import SHIPPED, StaticEmbedder
from knowledge.errors import EmbeddingError
from knowledge.folding import fold
from knowledge.policies import read_library

ODD = ["", " ", "👍", "hello world", "gaowen jintie", "高溫津貼", "\u200b", "热" * 3000, "a" * 5000, "١٢٣", "<b>x</b>", "ᠮᠣᠩᠭᠣᠯ"]


@pytest.fixture(scope="module")
def embedder() -> StaticEmbedder:
    return StaticEmbedder()


@pytest.mark.slow
def test_vectors_equal_those_of_sentence_transformers(embedder: StaticEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same folder in both readers, over what the library holds and what a phone may send."""
    sentence_transformers = pytest.importorskip("sentence_transformers", reason="needs the full install")
    monkeypatch.setitem(os.environ, "HF_HUB_OFFLINE", "1")
    model = sentence_transformers.SentenceTransformer(str(SHIPPED), device="cpu")
    texts = [text for policy in read_library(shipped_library()) for text in (policy.title, *policy.asks[:4], *policy.paragraphs)]
    texts = [*texts[::3], *ODD]
    theirs = model.encode([fold(text) for text in texts], convert_to_numpy=True, normalize_embeddings=True, batch_size=256)
    ours = embedder.embed_queries(texts)
    assert ours.shape == theirs.shape
    assert ours.shape[0] > 500
    assert float(np.abs(ours - np.nan_to_num(theirs)).max()) <= 1e-6


def test_vectors_are_of_length_one_or_nothing(embedder: StaticEmbedder) -> None:
    lengths = np.linalg.norm(embedder.embed_documents(["高温几度停工", "app 打不开", *ODD]), axis=1)
    assert all(length == pytest.approx(1.0, abs=1e-5) or length == 0.0 for length in lengths)
    assert lengths[0] == pytest.approx(1.0, abs=1e-5)
    assert embedder.embed_queries([""]).tolist() == [[0.0] * embedder.dimension]
    assert embedder.embed_queries([]).shape == (0, embedder.dimension)


@settings(max_examples=40)
@given(st.lists(st.text(max_size=60), max_size=4))
def test_nothing_a_person_can_type_breaks_embedding_and_company_changes_nothing(embedder: StaticEmbedder, texts: list[str]) -> None:
    together = embedder.embed_queries(texts)
    assert np.isfinite(together).all()
    for row, text in enumerate(texts):
        np.testing.assert_array_equal(together[row], embedder.embed_queries([text])[0])


def test_near_questions_lie_nearer_than_far_ones(embedder: StaticEmbedder) -> None:
    asked, near, far = embedder.embed_queries(["高温几度停工", "气温多高可以停止户外作业", "劳动仲裁要交钱吗"])
    assert asked @ near > asked @ far


@pytest.mark.parametrize("missing", ["tokenizer.json", "model.safetensors"])
@pytest.mark.parametrize("how", ["deleted", "emptied", "garbled"])
def test_a_damaged_model_is_an_embedding_error(tmp_path: Path, missing: str, how: str) -> None:
    shutil.copytree(SHIPPED, tmp_path / "model")
    (path,) = (tmp_path / "model").rglob(missing)
    if how == "deleted":
        path.unlink()
    else:
        path.write_bytes(b"" if how == "emptied" else b"\xff" * 64)
    with pytest.raises(EmbeddingError):
        StaticEmbedder(tmp_path / "model")


def test_the_bundled_model_is_small_enough_to_ship() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.rglob("*") if path.is_file()) <= 16 * 1024 * 1024
