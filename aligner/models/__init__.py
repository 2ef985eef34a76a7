"""Models exist by name; nothing is fetched, written or loaded until it is asked for.

A model is known from ``registry.toml`` (or from a user's own file named by ``ALIGNER_REGISTRY``),
installed once into the user's data folder, checked by SHA-256, made read-only, and found by name.
"""

from aligner.models.installation import install, ready
from aligner.models.placement import ModelEvent, Progress
from aligner.models.registry import ModelInfo, ModelKind, Piece, available, default_name, find
from aligner.models.store import (
    InstalledModel,
    data_folder,
    installed,
    installed_models,
    locate,
    models_folder,
    remove,
    sha256_of,
    verify,
)

__all__ = [
    "InstalledModel",
    "ModelEvent",
    "ModelInfo",
    "ModelKind",
    "Piece",
    "Progress",
    "available",
    "data_folder",
    "default_name",
    "find",
    "install",
    "installed",
    "installed_models",
    "locate",
    "models_folder",
    "ready",
    "remove",
    "sha256_of",
    "verify",
]
