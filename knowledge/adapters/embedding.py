"""The bundled embedding model: a sentence-transformers StaticEmbedding folder, read with tokenizers and numpy alone.

`python -m knowledge.training.embedding` makes the folder; sentence-transformers loads the same folder and gives the same
vectors (tests/knowledge/adapters/test_embedding.py), at 7 s and 430 MB instead of 0.1 s and 64 MB.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from knowledge.errors import EmbeddingError
from knowledge.folding import fold
from knowledge.ports import Matrix

SHIPPED = Path(__file__).parent.parent / "models" / "embedding"
NUMBER_TYPES = {"F32": np.float32, "F16": np.float16}


class StaticEmbedder:
    """Mean of token vectors, to unit length. Texts are folded first, as the training texts were."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        """Read the model in `folder`. Raises EmbeddingError."""
        module = folder if (folder / "tokenizer.json").is_file() else folder / "0_StaticEmbedding"
        try:
            tokenizer = Tokenizer.from_file(str(module / "tokenizer.json"))
            vectors = _read_matrix(module / "model.safetensors")
        except Exception as cause:  # tokenizers raises plain Exception
            raise EmbeddingError(f"no embedding model in {folder}: {cause}") from cause
        self._settle(tokenizer, vectors)

    @classmethod
    def of(cls, tokenizer: Tokenizer, vectors: Matrix) -> StaticEmbedder:
        """A model in memory; `vectors` has shape (tokens, dimension)."""
        embedder = cls.__new__(cls)
        embedder._settle(tokenizer, vectors)  # noqa: SLF001  our own
        return embedder

    def _settle(self, tokenizer: Tokenizer, vectors: Matrix) -> None:
        self._tokenizer, self._vectors = tokenizer, vectors
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        checksum = zlib.crc32(np.ascontiguousarray(self._vectors).tobytes())
        self.name = f"static-{self._vectors.shape[0]}x{self._vectors.shape[1]}-{checksum:08x}"
        self.dimension = int(self._vectors.shape[1])

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Unit vectors of questions, shape (len(texts), dimension); zeros for a text without a known token."""
        return self._embed(texts)

    def embed_documents(self, texts: Sequence[str]) -> Matrix:
        """Unit vectors of library texts; the model knows no difference between the two sides."""
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Matrix:
        out = np.zeros((len(texts), self.dimension), np.float32)
        for row, encoding in enumerate(self._tokenizer.encode_batch([fold(t) for t in texts], add_special_tokens=False)):
            if encoding.ids:
                mean = self._vectors[encoding.ids].mean(axis=0)
                out[row] = mean / max(float(np.linalg.norm(mean)), 1e-12)
        return out


def _read_matrix(path: Path) -> Matrix:
    """The only matrix of a .safetensors file: eight bytes of header length, a JSON header, raw little-endian numbers."""
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    entry = next(value for key, value in header.items() if key != "__metadata__")
    start, end = entry["data_offsets"]
    numbers = np.frombuffer(raw[8 + length + start : 8 + length + end], NUMBER_TYPES[entry["dtype"]])
    return numbers.reshape(entry["shape"]).astype(np.float32)
