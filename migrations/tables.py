"""Every table there is, for Alembic to compare against."""

import importlib
import pkgutil

from sqlmodel import SQLModel

import models

for module in pkgutil.iter_modules(models.__path__):
    importlib.import_module(f"models.{module.name}")

metadata = SQLModel.metadata
